/** One deferred chunk. Imported by `lazy-overlays.ts` only. */
export { AlertDialogOverlay } from "./alert-dialog-overlay.tsx";
export { DialogOverlay } from "./dialog-overlay.tsx";
export { SheetOverlay } from "./sheet-overlay.tsx";
