import { Link } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";

import { mLinks } from "../../messages/links.ts";
import { toProblem } from "../../lib/problem.ts";
import { pageTitleId } from "../../shell/page-header.tsx";
import { buttonLook } from "../../ui/button.tsx";
import { LinkFrame } from "./link-frame.tsx";

/** Of a link that brings nobody in: why that may be, and what next. */
export function DeadLink({ title, hint }: { title: string; hint: string }): ReactElement {
  // It takes the place of a form whose button had the focus.
  useEffect(() => document.getElementById(pageTitleId)?.focus(), []);
  return (
    <LinkFrame title={title}>
      <p className="text-ink-muted">{hint}</p>
      <p>
        <Link to="/sign-in" {...buttonLook()}>
          {mLinks.toSignIn()}
        </Link>
      </p>
    </LinkFrame>
  );
}

/** The server tells unknown, used, revoked and expired links apart to nobody. */
export function isLinkDead(error: unknown): boolean {
  return error !== null && toProblem(error).code === "link_invalid";
}
