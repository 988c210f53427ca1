import type { ReactElement, ReactNode } from "react";

export type KeyValueProps = { items: readonly { label: string; value: ReactNode; isMono?: boolean }[] };

export function KeyValue({ items }: KeyValueProps): ReactElement {
  return (
    <dl className="key-value">
      {items.map(({ label, value, isMono }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={isMono ? "mono" : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
