import type { ReactElement, ReactNode } from "react";

import { m } from "../../lib/messages.ts";
import { pageTitleId } from "../../shell/page-header.tsx";

/** A page that stands alone and does one thing. */
export function LinkFrame({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <div className="alone">
      <title>{m.app.title({ page: title })}</title>
      <h1 id={pageTitleId} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
}
