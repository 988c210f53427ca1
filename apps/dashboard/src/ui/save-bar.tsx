import type { ReactElement } from "react";

import { m } from "../lib/messages.ts";
import { Button } from "./button.tsx";

export type SaveBarProps = {
  /** Names of the changed fields; none hides the bar. */
  changes: readonly string[];
  onSave: () => void;
  onDiscard: () => void;
  isSaving?: boolean;
  /** Why it cannot be saved now. */
  disabledReason?: string | undefined;
};

export function SaveBar(props: SaveBarProps): ReactElement | null {
  if (props.changes.length === 0) return null;
  const isSaving = props.isSaving ?? false;
  return (
    <section className="save-bar" aria-label={m.saveBar.label()}>
      <p aria-live="polite">{m.saveBar.changes({ names: props.changes })}</p>
      <div className="flex gap-2">
        <Button onClick={props.onDiscard} variant="quiet">
          {m.saveBar.discard()}
        </Button>
        <Button
          variant="primary"
          onClick={props.onSave}
          isBusy={isSaving}
          disabledReason={props.disabledReason}
          aria-keyshortcuts="Control+S Meta+S"
        >
          {isSaving ? m.saveBar.saving() : m.saveBar.save()}
        </Button>
      </div>
    </section>
  );
}
