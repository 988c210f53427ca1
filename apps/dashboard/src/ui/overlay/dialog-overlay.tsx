import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactElement } from "react";

import { m } from "../../lib/messages.ts";
import type { DialogProps } from "../dialog.tsx";

export function DialogOverlay(props: DialogProps): ReactElement {
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={(isOpen) => props.onOpenChange(isOpen)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Viewport className="dialog-viewport">
          <Dialog.Popup className="dialog" data-size={props.size}>
            <div className="dialog-head">
              <Dialog.Title>{props.title}</Dialog.Title>
              <Dialog.Close className="inline-button" aria-label={m.ui.close()}>
                <X size={16} aria-hidden />
              </Dialog.Close>
              {props.description !== undefined && (
                <Dialog.Description>{props.description}</Dialog.Description>
              )}
            </div>
            {props.children}
            {props.actions !== undefined && <footer className="dialog-actions">{props.actions}</footer>}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
