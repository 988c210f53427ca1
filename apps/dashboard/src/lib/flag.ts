import { useSyncExternalStore } from "react";

/** One boolean outside React that components can watch. */
export type Flag = {
  get: () => boolean;
  set: (isOn: boolean) => void;
  subscribe: (listener: () => void) => () => void;
};

export function createFlag(): Flag {
  let current = false;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (isOn) => {
      if (isOn === current) return;
      current = isOn;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useFlag(flag: Flag): boolean {
  return useSyncExternalStore(flag.subscribe, flag.get);
}
