import type { ConnectionTimeouts, Secret } from "@corral/core";
import type { HttpTransport, ProviderAuth } from "@corral/provider-kit";

export type OllamaProviderSettings = {
  /** E.g. `http://127.0.0.1:11434`. A trailing `/`, `/api` or `/v1` is ignored. */
  readonly baseUrl: string;
  /** Absent: none, as Ollama itself has none; proxies before it and ollama.com do. */
  readonly auth?: ProviderAuth;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, Secret | string>>;
  /** Milliseconds. What is absent gets a default that suits Ollama. */
  readonly timeouts?: ConnectionTimeouts;
  /** Default: the global `fetch`. The provider closes it. */
  readonly transport?: HttpTransport;
};
