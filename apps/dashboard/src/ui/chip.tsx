import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { m } from "../lib/messages.ts";

/** Something chosen that can be dropped again: an active filter. */
export function Chip({ label, onRemove }: { label: string; onRemove: () => void }): ReactElement {
  return (
    <span className="chip">
      {label}
      <button
        type="button"
        className="inline-button"
        aria-label={m.ui.remove({ name: label })}
        onClick={onRemove}
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

export function Tag({ children }: { children: ReactNode }): ReactElement {
  return <span className="tag">{children}</span>;
}
