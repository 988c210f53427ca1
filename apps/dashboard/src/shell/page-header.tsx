import type { ReactElement, ReactNode } from "react";

import { m } from "../lib/messages.ts";

/** The id of the page's h1, which takes focus after navigation. */
export const pageTitleId = "page-title";

export type PageHeaderProps = {
  title: string;
  /** "128 of 4,312", beside the title. */
  note?: ReactNode;
  actions?: ReactNode;
};

/** First thing on every screen: also sets the document's title. */
export function PageHeader({ title, note, actions }: PageHeaderProps): ReactElement {
  return (
    <header className="page-header">
      <title>{m.app.title({ page: title })}</title>
      <div>
        <h1 id={pageTitleId} tabIndex={-1} className="truncate">
          {title}
        </h1>
        {note !== undefined && <span className="page-note truncate">{note}</span>}
      </div>
      {actions !== undefined && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </header>
  );
}
