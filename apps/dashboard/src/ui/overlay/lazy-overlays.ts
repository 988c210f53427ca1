import { useSyncExternalStore } from "react";

type LazyModule<Module> = {
  /** Starts loading. */
  load: () => void;
  current: () => Module | undefined;
  subscribe: (listener: () => void) => () => void;
};

/** Like the module cache of `import()`, but readable without waiting. A failed load is tried again at the next call. */
function createLazyModule<Module>(importModule: () => Promise<Module>): LazyModule<Module> {
  let loaded: Module | undefined;
  let isLoading = false;
  const listeners = new Set<() => void>();

  const start = async (): Promise<void> => {
    try {
      loaded = await importModule();
      for (const listener of listeners) listener();
    } catch {
      isLoading = false;
    }
  };

  return {
    load: () => {
      if (isLoading) return;
      isLoading = true;
      void start();
    },
    current: () => loaded,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

// Not needed for first paint, and together half as large as everything that is.
const popups = createLazyModule(() => import("./popups.ts"));
const dialogs = createLazyModule(() => import("./dialogs.ts"));

/** Called when the page is idle. */
export function preloadOverlays(): void {
  popups.load();
  dialogs.load();
}

/** Menus, popovers, tooltips, toasts; called when a pointer or focus reaches a trigger. */
export function preloadPopups(): void {
  popups.load();
}

export function preloadDialogs(): void {
  dialogs.load();
}

export function usePopups(): ReturnType<typeof popups.current> {
  return useSyncExternalStore(popups.subscribe, popups.current);
}

export function useDialogs(): ReturnType<typeof dialogs.current> {
  return useSyncExternalStore(dialogs.subscribe, dialogs.current);
}
