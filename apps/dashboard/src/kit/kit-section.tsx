import type { ReactElement, ReactNode } from "react";

export function KitSection({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section className="stack gap-3 border-t border-line pt-4">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function KitRow({ children }: { children: ReactNode }): ReactElement {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>;
}
