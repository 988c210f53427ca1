import type { ConnectionTimeouts, Secret } from "@corral/core";
import type { HttpTransport } from "@corral/provider-kit";

export type OpenAIProviderSettings = {
  /** E.g. `https://api.openai.com/v1`. A bare origin gets `/v1`; a path is kept as it is. */
  readonly baseUrl: string;
  /** `openai` sends what OpenAI's own API accepts; `compatible` also keeps extensions. Default: by host. */
  readonly profile?: "openai" | "compatible";
  /** Sent as `Authorization: Bearer …`. */
  readonly key?: Secret | string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, Secret | string>>;
  /** Milliseconds. What is absent gets a default that suits OpenAI. */
  readonly timeouts?: ConnectionTimeouts;
  /** Default: the global `fetch`. The provider closes it. */
  readonly transport?: HttpTransport;
};
