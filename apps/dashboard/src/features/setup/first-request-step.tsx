import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { mSetup } from "../../messages/setup.ts";
import { buttonLook } from "../../ui/button.tsx";

export function FirstRequestStep(): ReactElement {
  return (
    <div className="stack gap-4">
      <p className="text-ink-muted">{mSetup.firstHint()}</p>
      <div className="flex flex-wrap gap-2">
        <Link to="/playground" {...buttonLook("primary")}>
          {mSetup.openPlayground()}
        </Link>
        <Link to="/catalog" {...buttonLook()}>
          {m.app.toModels()}
        </Link>
        <Link to="/account" {...buttonLook("quiet")}>
          {mSetup.makeKey()}
        </Link>
      </div>
    </div>
  );
}
