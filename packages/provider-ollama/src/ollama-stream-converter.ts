import type { ChatStreamPart, FinishReason, JsonObject, JsonValue, TokenUsage } from "@corral/core";
import {
  asArray,
  asCount,
  asObject,
  asText,
  invalidResponse,
  newCallId,
  toTokenLogprobs,
  toUpstreamError,
  truncatedAnswer,
  type StreamConverter,
} from "@corral/provider-kit";

/** `chat`: the lines of `/api/chat`, with a message. `generate`: those of `/api/generate`, with a response. */
export type OllamaLineShape = "chat" | "generate";

/** Turns the lines of an answer into parts. The line with `done: true` may carry text and tool calls itself. */
export class OllamaStreamConverter implements StreamConverter<JsonValue> {
  readonly #shape: OllamaLineShape;
  readonly #secrets: readonly string[];
  #isStarted = false;
  #callCount = 0;
  #last: JsonObject | undefined;

  constructor(shape: OllamaLineShape, secrets: readonly string[]) {
    this.#shape = shape;
    this.#secrets = secrets;
  }

  get isComplete(): boolean {
    return this.#last !== undefined;
  }

  push(frame: JsonValue, parts: ChatStreamPart[]): void {
    const line = asObject(frame);
    if (line === undefined) throw invalidResponse("The provider sent a line that is not an object.");
    if ("error" in line) throw toUpstreamError({ body: { json: line }, secrets: this.#secrets });
    const isChat = this.#shape === "chat";
    if (!((isChat ? "message" : "response") in line) && !("done" in line))
      throw invalidResponse("The provider sent a line that is no part of an answer.");
    if (!this.#isStarted && isChat) parts.push({ type: "message-start", choice: 0 });
    this.#isStarted = true;
    if (isChat) this.#pushMessage(asObject(line["message"]), parts);
    else pushTexts(line["thinking"], line["response"], parts);
    const logprobs = toTokenLogprobs(line["logprobs"]);
    if (logprobs.length > 0) parts.push({ type: "logprobs", choice: 0, content: logprobs });
    if (line["done"] === true) this.#last = line;
  }

  end(parts: ChatStreamPart[]): void {
    if (!this.#isStarted) throw invalidResponse("The provider answered with an empty body.");
    if (this.#last === undefined) throw truncatedAnswer();
    const usage = toUsage(this.#last);
    if (usage !== undefined) parts.push({ type: "usage", usage });
    const raw = asText(this.#last["done_reason"]) ?? null;
    parts.push({ type: "finish", choice: 0, reason: this.#finishReason(raw), raw });
  }

  #pushMessage(message: JsonObject | undefined, parts: ChatStreamPart[]): void {
    pushTexts(message?.["thinking"], message?.["content"], parts);
    for (const call of asArray(message?.["tool_calls"])) this.#pushCall(asObject(call), parts);
  }

  /** Ollama's calls are complete, so each is begun, filled and ended at once. */
  #pushCall(call: JsonObject | undefined, parts: ChatStreamPart[]): void {
    const called = asObject(call?.["function"]);
    const name = asText(called?.["name"]);
    if (name === undefined) throw invalidResponse("The provider sent a tool call without a name.");
    const index = this.#callCount;
    this.#callCount += 1;
    parts.push(
      { type: "tool-call-start", choice: 0, index, id: asText(call?.["id"]) ?? newCallId(), name },
      { type: "tool-call-arguments-delta", choice: 0, index, text: toArguments(called?.["arguments"]) },
      { type: "tool-call-end", choice: 0, index },
    );
  }

  #finishReason(raw: string | null): FinishReason {
    if (raw === "length") return "length";
    return this.#callCount > 0 ? "tool_calls" : "stop";
  }
}

function pushTexts(
  thinking: JsonValue | undefined,
  content: JsonValue | undefined,
  parts: ChatStreamPart[],
): void {
  const reasoning = asText(thinking);
  if (reasoning !== undefined) parts.push({ type: "reasoning-delta", choice: 0, text: reasoning });
  const text = asText(content);
  if (text !== undefined) parts.push({ type: "text-delta", choice: 0, text });
}

function toArguments(value: JsonValue | undefined): string {
  if (typeof value === "string") return value.trim() === "" ? "{}" : value;
  return JSON.stringify(value ?? {});
}

/** Counts that are 0 are left out by Ollama; without any, nothing is known. */
function toUsage(line: JsonObject): TokenUsage | undefined {
  const promptTokens = asCount(line["prompt_eval_count"]);
  const completionTokens = asCount(line["eval_count"]);
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  return { promptTokens: promptTokens ?? 0, completionTokens: completionTokens ?? 0 };
}
