import type { ConnectionTimeouts, Secret } from "@corral/core";
import type { HttpTransport, ProviderAuth, RetrySettings } from "@corral/provider-kit";
import type { ServerKind } from "./servers/quirks.ts";
import type { ThinkTags } from "./think-tag-splitter.ts";

export type OpenAIProviderSettings = {
  /** E.g. `https://api.openai.com/v1`. A bare origin gets `/v1`; a path is kept as it is. */
  readonly baseUrl: string;
  /**
   * Which server it is, where one is to be named: it decides what is sent and how. Default `auto`: by the host for
   * hosted services, else by what the model list gives away, and `generic` until there was one.
   */
  readonly server?: ServerKind | "auto";
  /** Where the reasoning stands in the text instead of a field of its own. Default: text is text. */
  readonly thinkTags?: ThinkTags;
  /** Absent: none. Headers of other names go to `headers`. */
  readonly auth?: ProviderAuth;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, Secret | string>>;
  /** Milliseconds. What is absent gets a default that suits OpenAI. */
  readonly timeouts?: ConnectionTimeouts;
  /** How often a request is sent for one call, before its answer begins. Default: up to 3 times, where that makes sense. */
  readonly retries?: RetrySettings;
  /** Calls at the same time; twice as many wait for their turn, up to 30 s. Default: no limit. */
  readonly concurrency?: number;
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
