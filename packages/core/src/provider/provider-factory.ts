import type { ConnectionAdapter } from "../connection/connection-adapter.ts";
import type { ConnectionEndpoint } from "../connection/connection-endpoint.ts";
import type { ConnectionSecrets, ConnectionTimeouts } from "../connection/connection.ts";
import type { Provider } from "./provider.ts";

/** What a provider needs to know of a connection, saved or not. */
export type ProviderTarget = Readonly<ConnectionEndpoint> & {
  readonly url: string;
  readonly secrets: ConnectionSecrets;
  readonly timeouts: ConnectionTimeouts;
  readonly adapter: ConnectionAdapter;
  readonly concurrency: number | null;
};

/** Makes the adapter for an endpoint. The composition root supplies it. */
export type ProviderFactory = (target: ProviderTarget) => Provider;
