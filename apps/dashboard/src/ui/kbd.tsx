import type { ReactElement } from "react";

/** A key, or a space-separated sequence of keys. */
export function Kbd({ children }: { children: string }): ReactElement {
  return (
    <span className="inline-flex gap-0.5">
      {children.split(" ").map((key, index) => (
        // A sequence may name a key twice.
        <kbd key={index}>{key}</kbd>
      ))}
    </span>
  );
}
