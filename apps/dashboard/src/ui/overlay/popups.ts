/** One deferred chunk. Imported by `lazy-overlays.ts` only. */
export { MenuOverlay } from "./menu-overlay.tsx";
export { PopoverOverlay } from "./popover-overlay.tsx";
export { ToastsOverlay } from "./toasts-overlay.tsx";
export { TooltipOverlay } from "./tooltip-overlay.tsx";
