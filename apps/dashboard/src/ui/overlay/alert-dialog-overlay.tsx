import { AlertDialog } from "@base-ui/react/alert-dialog";
import { type ReactElement, useState } from "react";

import { m } from "../../lib/messages.ts";
import { Button } from "../button.tsx";
import type { AlertDialogProps } from "../dialog.tsx";
import { TextField } from "../text-field.tsx";

export function AlertDialogOverlay(props: AlertDialogProps): ReactElement {
  return (
    <AlertDialog.Root open={props.isOpen} onOpenChange={(isOpen) => props.onOpenChange(isOpen)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Viewport className="dialog-viewport">
          <AlertDialog.Popup className="dialog">
            <div className="dialog-head">
              <AlertDialog.Title>{props.title}</AlertDialog.Title>
              <AlertDialog.Description>{props.description}</AlertDialog.Description>
            </div>
            {/* Unmounted on closing, so that the typed text is gone the next time. */}
            <Confirmation {...props} />
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Confirmation(props: AlertDialogProps): ReactElement {
  const [typed, setTyped] = useState("");
  const required = props.typedConfirmation;
  const isMissing = required !== undefined && typed.trim() !== required;
  const hint = required === undefined ? undefined : m.ui.typeToConfirm({ text: required });
  return (
    <>
      {hint !== undefined && (
        <TextField
          label={hint}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
      )}
      <footer className="dialog-actions">
        <Button onClick={() => props.onOpenChange(false)}>{m.ui.cancel()}</Button>
        <Button
          variant="danger"
          onClick={props.onConfirm}
          isBusy={props.isBusy ?? false}
          disabledReason={isMissing ? hint : undefined}
        >
          {props.confirmLabel}
        </Button>
      </footer>
    </>
  );
}
