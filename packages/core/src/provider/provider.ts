import type { ProviderKind } from "../connection/connection-endpoint.ts";
import type { ChatMessage, ChatTool, ToolChoice } from "../chat/chat-message.ts";
import type { ChatCompletion, ChatStreamPart } from "../chat/chat-stream-part.ts";
import type { JsonObject } from "../json.ts";
import type { ModelFacts } from "../model/base-model.ts";
import type { ModelParams } from "../model/model-params.ts";
import type { CircuitState } from "./circuit-state.ts";
import type { Flow } from "./flow.ts";
import type { OllamaManagement } from "./ollama-management.ts";

/** Every outward call can be cancelled. Its deadlines are the provider's settings. */
export type CallOptions = {
  readonly signal: AbortSignal;
  readonly effort?: CallEffort | undefined;
};

/** What one call may cost and has cost, over all providers that it is given to. */
export type CallEffort = {
  /** Requests sent so far: counted up by providers. */
  attempts: number;
  /** There is another provider to turn to: fail at once where one could only wait and repeat. */
  readonly failFast: boolean;
};

/** One model as an endpoint lists it. */
export type ProviderModel = {
  /** The id to send back to that endpoint, exactly as listed. */
  readonly id: string;
  readonly facts: ModelFacts;
};

export type ProviderModelList = {
  /** Ids are non-empty and unique. */
  readonly models: readonly ProviderModel[];
  /** Entries that were left out because they were unusable. */
  readonly dropped: number;
};

/** What Corral changed between the parameters asked for and those sent, and why. */
export type ParamNote = {
  readonly param: string;
  readonly action: "renamed" | "converted" | "clamped" | "dropped";
  /** The name or value sent instead, where there is one. */
  readonly to?: string;
  readonly reason: string;
};

/** A call, ready for one endpoint: params are resolved and the system prompt is among the messages. */
export type ProviderChatRequest = {
  /** The endpoint's own id. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly params: ModelParams;
  readonly tools?: readonly ChatTool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly choiceCount?: number;
  readonly logprobs?: { readonly top: number };
  /** Further fields of an OpenAI request, sent to providers of that dialect as they are. */
  readonly extensions?: JsonObject;
  /** What is known of the model; guides conversions such as `reasoning_effort` → `think`. */
  readonly facts?: ModelFacts;
  /**
   * `openai`: a provider of that dialect yields `raw` parts instead of deltas, so that nothing of its answer is lost;
   * `usage` and `finish` follow as always. Providers of other dialects yield parts.
   */
  readonly prefer?: "parts" | "openai";
};

/** A stream that the endpoint accepted: its first part has arrived, so early failures were thrown instead. */
export type ProviderChatStream = {
  readonly notes: readonly ParamNote[];
  /**
   * What each read from the network brought, never empty: a consumer writes once a batch. The last parts are at most
   * one `usage` and exactly one `finish` a choice; else it throws. Can be read once; leaving early closes the upstream
   * call, so whoever got a stream must iterate it or call its `return`.
   */
  readonly batches: Flow<readonly ChatStreamPart[]>;
};

export type ProviderChatAnswer = {
  readonly notes: readonly ParamNote[];
  readonly completion: ChatCompletion;
};

export type EmbedRequest = {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
};
export type EmbedAnswer = {
  /** One vector an input, in the order of the inputs. */
  readonly embeddings: readonly (readonly number[])[];
  readonly promptTokens: number | undefined;
};

/** A prompt to continue, ready for one endpoint. */
export type ProviderCompletionRequest = {
  /** The endpoint's own id. */
  readonly model: string;
  readonly prompt: string;
  /** Text that follows the gap to fill. */
  readonly suffix?: string;
  readonly params: ModelParams;
  readonly choiceCount?: number;
  readonly logprobs?: { readonly top: number };
  /** As for a chat. */
  readonly extensions?: JsonObject;
  readonly facts?: ModelFacts;
};

/** Exactly what would be sent for a request. */
export type ProviderPreview = {
  readonly method: "POST";
  readonly url: string;
  readonly body: JsonObject;
  readonly notes: readonly ParamNote[];
};

export type ProviderHealth = { readonly version: string | undefined; readonly latencyMs: number };

/**
 * One endpoint, as the rest of Corral sees it. Failures are `DomainError`s with an `upstream_*` code (or
 * `request_cancelled` after an abort); the credential never appears in them.
 */
export interface Provider {
  readonly kind: ProviderKind;
  listModels(options: CallOptions): Promise<ProviderModelList>;
  /** Facts that the list lacks, e.g. Ollama's capabilities. Absent where the list says all. */
  describeModel?(id: string, options: CallOptions): Promise<ModelFacts>;
  chat(request: ProviderChatRequest, options: CallOptions): Promise<ProviderChatAnswer>;
  streamChat(request: ProviderChatRequest, options: CallOptions): Promise<ProviderChatStream>;
  /** Continues a prompt: `text-delta`, `logprobs`, `usage` and `finish` parts. Absent where the endpoint cannot. */
  complete?(request: ProviderCompletionRequest, options: CallOptions): Promise<ProviderChatAnswer>;
  streamCompletion?(request: ProviderCompletionRequest, options: CallOptions): Promise<ProviderChatStream>;
  embed(request: EmbedRequest, options: CallOptions): Promise<EmbedAnswer>;
  checkHealth(options: CallOptions): Promise<ProviderHealth>;
  /** Models that the settings name and the endpoint does not have. Runs none. Absent where the endpoint lists them all. */
  findMissing?(options: CallOptions): Promise<readonly string[]>;
  /** The endpoint's circuit first, then those of models that are not closed. Absent where there is no breaker. */
  circuits?(): readonly CircuitState[];
  /** Pure: the function that makes the body of `chat` and `streamChat`. */
  previewChat(request: ProviderChatRequest): ProviderPreview;
  /** What only Ollama has: managing the models on the server. */
  readonly ollama?: OllamaManagement;
  /** Frees sockets. Running calls may finish. */
  close(): Promise<void>;
}
