import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { buttonLook } from "../../ui/button.tsx";

export function FirstRequestStep(): ReactElement {
  return (
    <div className="stack gap-4">
      <p className="text-ink-muted">{m.setup.firstHint()}</p>
      <div className="flex flex-wrap gap-2">
        <Link to="/playground" {...buttonLook("primary")}>
          {m.setup.openPlayground()}
        </Link>
        <Link to="/catalog" {...buttonLook()}>
          {m.app.toModels()}
        </Link>
        <Link to="/account" {...buttonLook("quiet")}>
          {m.setup.makeKey()}
        </Link>
      </div>
    </div>
  );
}
