/** Everything of the deferred overlay chunk. Imported by `lazy-overlays.ts` only. */
export { AlertDialogOverlay } from "./alert-dialog-overlay.tsx";
export { DialogOverlay } from "./dialog-overlay.tsx";
export { MenuOverlay } from "./menu-overlay.tsx";
export { PopoverOverlay } from "./popover-overlay.tsx";
export { SheetOverlay } from "./sheet-overlay.tsx";
export { ToastsOverlay } from "./toasts-overlay.tsx";
export { TooltipOverlay } from "./tooltip-overlay.tsx";
