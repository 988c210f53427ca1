import type { ChatCompletion, FinishReason } from "../chat/chat-stream-part.ts";
import type { ConnectionTimeouts } from "../connection/connection.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Provider, ProviderChatRequest } from "../provider/provider.ts";
import type { ScriptedReply, ScriptedTransport, ServeScript } from "../testing/scripted-upstream.ts";

/** What a provider can do beyond listing and chat. What is missing must be refused or noted, never ignored. */
export type ProviderContractCapability = "tools" | "reasoning" | "json-schema" | "embeddings" | "completions";

/** What the kit gives to the provider under test. */
export type ProviderContractSetup = {
  readonly baseUrl: string;
  readonly transport: ScriptedTransport;
  /** The credential to use; it must never show up anywhere but in the request. */
  readonly key: string;
  readonly timeouts: ConnectionTimeouts;
  /** One request a call: the kit counts them. Wherever else a provider repeats on its own, it must be switched off. */
  readonly retries: { readonly attempts: 1 };
};

type ChatScenario = {
  /** What the endpoint answers to `streamChat`. */
  readonly streamed: ScriptedReply;
  /** What it answers to `chat`, when that is another call. */
  readonly whole?: ScriptedReply;
};

/** A tool call as it must arrive. Ids are not compared: servers without any get some of ours. */
export type ExpectedCall = { readonly name: string; readonly arguments: object };

/** What of one choice must have arrived. What is absent is not looked at. */
export type ExpectedChoice = {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly ExpectedCall[];
  readonly finish?: FinishReason;
};

/** A single exchange: of another version or product, or recorded from a real server. */
export type AnswerScenario = {
  readonly title: string;
  /** E.g. `llama.cpp v0.5.0, recorded`. */
  readonly imitates: string;
  readonly call: "listModels" | "chat" | "streamChat" | "complete" | "streamCompletion" | "embed";
  /** What is asked for, beside a plain question. */
  readonly request?: Partial<ProviderChatRequest>;
  readonly reply: ScriptedReply;
  readonly gives:
    | { readonly choices: readonly ExpectedChoice[]; readonly usage?: ChatCompletion["usage"] }
    | { readonly ids: readonly string[] }
    /** How many vectors, and how many numbers each. */
    | { readonly vectors: number; readonly dimensions: number }
    | { readonly code: ErrorCode };
};

/** The endpoint's answers, in its own protocol. Bodies should carry fields that the provider does not know. */
export type ProviderScenarios = {
  /** The server whose answers these are, with its version: `Ollama 0.33.0`. Stands in the title of every test. */
  readonly imitates: string;
  readonly models: { readonly reply: ScriptedReply; readonly ids: readonly string[] };
  /** `text` must contain characters of more than one byte. */
  readonly text: ChatScenario & { readonly text: string; readonly usage: ChatCompletion["usage"] };
  readonly tools?: ChatScenario & { readonly calls: readonly ExpectedCall[] };
  readonly reasoning?: ChatScenario & { readonly reasoning: string; readonly text: string };
  readonly embeddings?: { readonly reply: ScriptedReply; readonly vectors: readonly (readonly number[])[] };
  /** A prompt continued; `text` must contain characters of more than one byte. */
  readonly completion?: ChatScenario & { readonly text: string; readonly usage: ChatCompletion["usage"] };
  /** A stream that ends cleanly without its terminal marker. */
  readonly truncated: ScriptedReply;
  /** A stream that reports an error after `text`. The error must repeat {@link contractKey}. */
  readonly failedLater: { readonly reply: ScriptedReply; readonly text: string; readonly code: ErrorCode };
  /** A stream whose first frame is an error. The error must repeat {@link contractKey}. */
  readonly failedAtOnce: { readonly reply: ScriptedReply; readonly code: ErrorCode };
  readonly health: ScriptedReply;
  /** Further exchanges, each of a version of its own. */
  readonly more?: readonly AnswerScenario[];
};

export type ProviderContractOptions = {
  readonly create: (setup: ProviderContractSetup) => Provider;
  readonly scenarios: ProviderScenarios;
  readonly capabilities: readonly ProviderContractCapability[];
  /** Where the script runs. Default: in this process, where every split of the bytes is tried. */
  readonly serve?: ServeScript;
};
