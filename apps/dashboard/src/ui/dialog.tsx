import { type ReactElement, type ReactNode, useEffect } from "react";

import { preloadOverlays, useOverlays } from "./overlay/lazy-overlays.ts";

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
  const overlays = useNeededOverlays(props.isOpen);
  return overlays ? <overlays.DialogOverlay {...props} /> : null;
}

export type SheetProps = Omit<DialogProps, "size">;

/** Slides in from the inline end; a bottom sheet on phones. */
export function Sheet(props: SheetProps): ReactElement | null {
  const overlays = useNeededOverlays(props.isOpen);
  return overlays ? <overlays.SheetOverlay {...props} /> : null;
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
  const overlays = useNeededOverlays(props.isOpen);
  return overlays ? <overlays.AlertDialogOverlay {...props} /> : null;
}

function useNeededOverlays(isNeeded: boolean): ReturnType<typeof useOverlays> {
  const overlays = useOverlays();
  useEffect(() => {
    if (isNeeded) preloadOverlays();
  }, [isNeeded]);
  return overlays;
}
