import type { ConnectionSecrets, ConnectionTimeouts, ProviderKind } from "../connection/connection.ts";
import type { Provider } from "./provider.ts";

/** What a provider needs to know of a connection, saved or not. */
export type ProviderTarget = {
  readonly provider: ProviderKind;
  readonly url: string;
  readonly authType: "none" | "bearer" | "headers";
  readonly secrets: ConnectionSecrets;
  readonly timeouts: ConnectionTimeouts;
  readonly concurrency: number | null;
};

/** Makes the adapter for an endpoint. The composition root supplies it. */
export type ProviderFactory = (target: ProviderTarget) => Provider;
