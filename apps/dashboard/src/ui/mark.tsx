import { Check, CircleDashed, X } from "lucide-react";
import type { ReactElement } from "react";

export type MarkState = "good" | "bad" | "waiting";

const icons = { good: Check, bad: X, waiting: CircleDashed };

/** One step of several: passed, failed, or not reached. */
export function Mark({ state, label }: { state: MarkState; label: string }): ReactElement {
  const Icon = icons[state];
  return (
    <span className="mark" data-state={state} role="img" aria-label={label}>
      <Icon size={14} strokeWidth={2.5} aria-hidden />
    </span>
  );
}
