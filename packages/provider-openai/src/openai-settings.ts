import type { ConnectionTimeouts, Secret } from "@corral/core";
import type { HttpTransport, ProviderAuth } from "@corral/provider-kit";

export type OpenAIProviderSettings = {
  /** E.g. `https://api.openai.com/v1`. A bare origin gets `/v1`; a path is kept as it is. */
  readonly baseUrl: string;
  /** `openai` sends what OpenAI's own API accepts; `compatible` also keeps extensions. Default: by host. */
  readonly profile?: "openai" | "compatible";
  /** Absent: none. Headers of other names go to `headers`. */
  readonly auth?: ProviderAuth;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, Secret | string>>;
  /** Milliseconds. What is absent gets a default that suits OpenAI. */
  readonly timeouts?: ConnectionTimeouts;
  /** Default: the global `fetch`. The provider closes it. */
  readonly transport?: HttpTransport;
};

/** Reasoning models think, and local servers load a model, for minutes before the first byte. */
export const openaiDefaults = {
  firstByteMs: 600_000,
  idleMs: 300_000,
  totalMs: 1_800_000,
  listMs: 5_000,
} as const satisfies ConnectionTimeouts;
