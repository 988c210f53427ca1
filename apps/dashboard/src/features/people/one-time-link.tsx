import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { Arrival } from "../../ui/arrival.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";

type OneTimeLinkProps = { url: string; expiresAt: string; onDone: () => void };

/** The only time that a link is shown; it lives in the state of the dialog alone. */
export function OneTimeLink({ url, expiresAt, onDone }: OneTimeLinkProps): ReactElement {
  return (
    <div className="stack gap-4">
      <Arrival>{m.links.made({ until: expiresAt })}</Arrival>
      <CodeBlock label={m.links.link()} code={url} />
      <div className="dialog-actions">
        <Button variant="primary" onClick={onDone}>
          {m.links.done()}
        </Button>
      </div>
    </div>
  );
}
