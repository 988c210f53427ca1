import type { ConnectionTimeouts, Secret } from "@corral/core";
import type { HttpTransport, ProviderAuth } from "@corral/provider-kit";

export type ParrotProviderSettings = {
  /** E.g. `http://127.0.0.1:8080`. A trailing `/` is ignored. */
  readonly baseUrl: string;
  /** Absent: none. Headers of other names go to `headers`. */
  readonly auth?: ProviderAuth;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, Secret | string>>;
  /** Milliseconds. What is absent gets a default that suits Parrot. */
  readonly timeouts?: ConnectionTimeouts;
  /** Default: the global `fetch`. The provider closes it. */
  readonly transport?: HttpTransport;
};
