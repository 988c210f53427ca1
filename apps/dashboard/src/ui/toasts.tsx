import { createContext, type ReactElement, useContext, useEffect } from "react";

import { preloadOverlays, preloadPopups, usePopups } from "./overlay/lazy-overlays.ts";

export type Toast = {
  title: string;
  description?: string;
  /** Errors are announced at once and stay until dismissed. */
  tone?: "info" | "error";
  /** Usually undo; the toast then stays for ten seconds. */
  action?: { label: string; onSelect: () => void };
};

type Show = (toast: Toast) => void;

/** Holds toasts until the overlay chunk, which draws them, has loaded. */
export class ToastQueue {
  #waiting: Toast[] = [];
  #show: Show | undefined;

  add(toast: Toast): void {
    preloadPopups();
    if (this.#show) this.#show(toast);
    else this.#waiting.push(toast);
  }

  /** @returns Disconnects. */
  connect(show: Show): () => void {
    this.#show = show;
    for (const toast of this.#waiting.splice(0)) show(toast);
    return () => {
      this.#show = undefined;
    };
  }
}

export const ToastContext = createContext(new ToastQueue());

export function useToast(): (toast: Toast) => void {
  const queue = useContext(ToastContext);
  return (toast) => queue.add(toast);
}

/** The landmark region for toasts; once, in the shell. F6 moves focus there. */
export function Toasts(): ReactElement | null {
  const queue = useContext(ToastContext);
  const overlays = usePopups();
  useEffect(() => {
    const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 200));
    const cancel = window.cancelIdleCallback ?? window.clearTimeout;
    const handle = idle(preloadOverlays);
    return () => cancel(handle);
  }, []);
  return overlays ? <overlays.ToastsOverlay queue={queue} /> : null;
}
