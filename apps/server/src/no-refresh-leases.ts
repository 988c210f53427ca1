import type { RefreshLeases } from "@corral/core";

/** Of a process that lists no connection and asks nobody to: servers hear of changes by the feed. */
export function noRefreshLeases(): RefreshLeases {
  return {
    tryHold: async () => false,
    release: async () => undefined,
    ask: async () => undefined,
    announceHealth: async () => undefined,
    listen: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
