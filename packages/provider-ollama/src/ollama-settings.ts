import type { ConnectionTimeouts, Secret } from "@corral/core";
import type { HttpTransport, ProviderAuth, RetrySettings } from "@corral/provider-kit";

export type OllamaProviderSettings = {
  /** E.g. `http://127.0.0.1:11434`. A trailing `/`, `/api` or `/v1` is ignored. */
  readonly baseUrl: string;
  /** Absent: none, as Ollama itself has none; proxies before it and ollama.com do. */
  readonly auth?: ProviderAuth;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, Secret | string>>;
  /** Milliseconds. What is absent gets a default that suits Ollama. */
  readonly timeouts?: ConnectionTimeouts;
  /** How often a request is sent for one call, before its answer begins. Default: up to 3 times, where that makes sense. */
  readonly retries?: RetrySettings;
  /** Calls at the same time; twice as many wait for their turn, up to 30 s. Default: no limit. */
  readonly concurrency?: number;
  /** Default: the global `fetch`. The provider closes it. */
  readonly transport?: HttpTransport;
  readonly transfers?: OllamaTransferSettings;
};

/** What pulls and pushes may do. A transfer without progress for `timeouts.idleMs` counts as stalled. */
export type OllamaTransferSettings = {
  /** Registries beside Ollama's own that models may come from and go to, e.g. `hf.co`; with the port where there is one. Default: none. */
  readonly registryHosts?: readonly string[];
  /** Whether a caller may ask for a transfer without TLS. Default: no. */
  readonly allowInsecure?: boolean;
  /** How often a pull that stalled or broke is started again; it resumes. Default 5. */
  readonly restarts?: number;
  /** Before the first restart; doubled for each further one, at most 30 s. Default 1,000. */
  readonly restartDelayMs?: number;
};
