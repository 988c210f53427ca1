import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Button } from "./button.tsx";

/** Someone else has saved what is being edited here. Nothing is overwritten before a choice is made. */
export function StaleBar({ onLoad, onKeep }: { onLoad: () => void; onKeep: () => void }): ReactElement {
  return (
    <div className="stale-bar" role="alert">
      <p>{m.stale.text()}</p>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={onLoad}>
          {m.stale.load()}
        </Button>
        <Button size="small" variant="quiet" onClick={onKeep}>
          {m.stale.keep()}
        </Button>
      </div>
    </div>
  );
}
