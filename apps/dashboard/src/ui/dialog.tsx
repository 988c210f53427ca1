import { type ReactElement, type ReactNode, useEffect } from "react";

import { preloadDialogs, useDialogs } from "./overlay/lazy-overlays.ts";

export type DialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: string;
  size?: "default" | "wide";
  children?: ReactNode;
  /** Buttons, the primary one last. */
  actions?: ReactNode;
};

export function Dialog(props: DialogProps): ReactElement | null {
  const dialogs = useNeededDialogs(props.isOpen);
  return dialogs ? <dialogs.DialogOverlay {...props} /> : null;
}

export type SheetProps = Omit<DialogProps, "size">;

/** Slides in from the inline end; a bottom sheet on phones. */
export function Sheet(props: SheetProps): ReactElement | null {
  const dialogs = useNeededDialogs(props.isOpen);
  return dialogs ? <dialogs.SheetOverlay {...props} /> : null;
}

export type AlertDialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** Names the object and the deed: "Delete lab-gpu-1?" */
  title: string;
  /** What else is hit. */
  description: string;
  confirmLabel: string;
  onConfirm: () => void;
  isBusy?: boolean;
  /** For wide consequences: what must be typed before the button works. */
  typedConfirmation?: string;
};

export function AlertDialog(props: AlertDialogProps): ReactElement | null {
  const dialogs = useNeededDialogs(props.isOpen);
  return dialogs ? <dialogs.AlertDialogOverlay {...props} /> : null;
}

function useNeededDialogs(isNeeded: boolean): ReturnType<typeof useDialogs> {
  const dialogs = useDialogs();
  useEffect(() => {
    if (isNeeded) preloadDialogs();
  }, [isNeeded]);
  return dialogs;
}
