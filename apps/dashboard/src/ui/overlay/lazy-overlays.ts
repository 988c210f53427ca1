import { useSyncExternalStore } from "react";

import type * as OverlaysModule from "./overlays.ts";

type Overlays = typeof OverlaysModule;

/**
 * Menus, dialogs, tooltips and toasts (some 50 kB) are not needed for first paint. Like the module cache of
 * `import()` itself, this lives as long as the page; a failed load is tried again at the next intent.
 */
function createLazyModule(): {
  load: () => Promise<void>;
  current: () => Overlays | undefined;
  subscribe: (listener: () => void) => () => void;
} {
  let loaded: Overlays | undefined;
  let loading: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  const start = async (): Promise<void> => {
    try {
      loaded = await import("./overlays.ts");
      for (const listener of listeners) listener();
    } catch {
      loading = undefined;
    }
  };

  return {
    load: () => (loading ??= start()),
    current: () => loaded,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const overlays = createLazyModule();

/** Starts loading; called when idle, and when a pointer or focus reaches a trigger. */
export function preloadOverlays(): void {
  void overlays.load();
}

export function useOverlays(): Overlays | undefined {
  return useSyncExternalStore(overlays.subscribe, overlays.current);
}
