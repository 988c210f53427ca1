import type { ReactElement, ReactNode } from "react";

type ControlProps = { title: string; hint: string; children: ReactNode };

/** One deed: what it does, and the button. */
export function Control({ title, hint, children }: ControlProps): ReactElement {
  return (
    <li className="connection-row">
      <div className="min-w-0">
        <p className="font-strong">{title}</p>
        <p className="text-small text-ink-muted">{hint}</p>
      </div>
      {children}
    </li>
  );
}
