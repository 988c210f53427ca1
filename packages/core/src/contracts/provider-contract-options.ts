import type { ChatCompletion } from "../chat/chat-stream-part.ts";
import type { ConnectionTimeouts } from "../connection/connection.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Provider } from "../provider/provider.ts";
import type { ScriptedReply, ScriptedTransport, ServeScript } from "../testing/scripted-upstream.ts";

/** What a provider can do beyond listing and chat. What is missing must be refused or noted, never ignored. */
export type ProviderContractCapability = "tools" | "reasoning" | "json-schema" | "embeddings";

/** What the kit gives to the provider under test. */
export type ProviderContractSetup = {
  readonly baseUrl: string;
  readonly transport: ScriptedTransport;
  /** The credential to use; it must never show up anywhere but in the request. */
  readonly key: string;
  readonly timeouts: ConnectionTimeouts;
};

type ChatScenario = {
  /** What the endpoint answers to `streamChat`. */
  readonly streamed: ScriptedReply;
  /** What it answers to `chat`, when that is another call. */
  readonly whole?: ScriptedReply;
};

/** The endpoint's answers, in its own protocol. Bodies should carry fields that the provider does not know. */
export type ProviderScenarios = {
  readonly models: { readonly reply: ScriptedReply; readonly ids: readonly string[] };
  /** `text` must contain characters of more than one byte. */
  readonly text: ChatScenario & { readonly text: string; readonly usage: ChatCompletion["usage"] };
  readonly tools?: ChatScenario & {
    readonly calls: readonly { readonly name: string; readonly arguments: object }[];
  };
  readonly reasoning?: ChatScenario & { readonly reasoning: string; readonly text: string };
  readonly embeddings?: { readonly reply: ScriptedReply; readonly vectors: readonly (readonly number[])[] };
  /** A stream that ends cleanly without its terminal marker. */
  readonly truncated: ScriptedReply;
  /** A stream that reports an error after `text`. */
  readonly failedLater: { readonly reply: ScriptedReply; readonly text: string; readonly code: ErrorCode };
  /** A stream whose first frame is an error. */
  readonly failedAtOnce: { readonly reply: ScriptedReply; readonly code: ErrorCode };
  readonly health: ScriptedReply;
};

export type ProviderContractOptions = {
  readonly create: (setup: ProviderContractSetup) => Provider;
  readonly scenarios: ProviderScenarios;
  readonly capabilities: readonly ProviderContractCapability[];
  /** Where the script runs. Default: in this process, where every split of the bytes is tried. */
  readonly serve?: ServeScript;
};
