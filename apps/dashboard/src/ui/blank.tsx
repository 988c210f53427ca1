import type { ReactElement, ReactNode } from "react";

export type BlankProps = {
  /** One sentence. */
  children: ReactNode;
  /** One primary action, at most one link beside it. */
  action?: ReactNode;
};

/** Nothing here yet, or nothing left after filtering: says so and offers the next step. */
export function Blank({ children, action }: BlankProps): ReactElement {
  return (
    <div className="blank">
      <p className="text-ink-muted">{children}</p>
      {action !== undefined && <div className="flex flex-wrap items-center gap-3">{action}</div>}
    </div>
  );
}
