import { useBlocker } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";

type LeaveDialogProps = { isDirty: boolean; onSave?: () => Promise<boolean> };

/** Nobody loses what they typed by following a link. */
export function LeaveDialog({ isDirty, onSave }: LeaveDialogProps): ReactElement {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  const saveAndLeave = async (): Promise<void> => {
    if (await onSave?.()) blocker.proceed?.();
    else blocker.reset?.();
  };
  return (
    <Dialog
      isOpen={blocker.status === "blocked"}
      onOpenChange={(isOpen) => !isOpen && blocker.reset?.()}
      title={m.leave.title()}
      description={m.leave.hint()}
      actions={
        <>
          <Button variant="quiet" onClick={() => blocker.reset?.()}>
            {m.leave.stay()}
          </Button>
          <Button variant="danger" onClick={() => blocker.proceed?.()}>
            {m.leave.discard()}
          </Button>
          {onSave && (
            <Button variant="primary" onClick={() => void saveAndLeave()}>
              {m.saveBar.save()}
            </Button>
          )}
        </>
      }
    />
  );
}
