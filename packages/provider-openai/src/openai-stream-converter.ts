import type { ChatCompletion, ChatStreamPart, JsonObject, JsonValue, TokenUsage } from "@corral/core";
import {
  asArray,
  asCount,
  asNumber,
  asObject,
  asText,
  asTruncated,
  invalidResponse,
  parseAnswer,
  parseUpstreamJson,
  toTokenLogprobs,
  toUpstreamError,
  truncatedAnswer,
  type StreamConverter,
} from "@corral/provider-kit";
import { ChunkRepeats } from "./chunk-repeats.ts";
import { toChunks, toDocument } from "./to-chunks.ts";
import type { OpenAIFrame } from "./openai-frame-parser.ts";
import { reasoningOfDelta, textOfDelta, toFinishReason, usageOfChunk } from "./read-openai-delta.ts";
import type { RewriteChunk } from "./rewrite-chunk.ts";
import { ToolCallAssembler } from "./tool-call-assembler.ts";

type OpenChoice = { readonly calls: ToolCallAssembler; hasText: boolean; finish: string | undefined };

/** Azure sends one. What carries text never waits. */
const maxHeadless = 4;

/**
 * Turns the chunks of a chat into parts, tolerant of what compatible servers do to them.
 *
 * `raw` passes each chunk on as it is, instead of its deltas. Either way the answer is complete only when every choice
 * has a finish reason.
 */
export class OpenAIStreamConverter implements StreamConverter<OpenAIFrame> {
  readonly #secrets: () => readonly string[];
  readonly #isRaw: boolean;
  readonly #rewrite: RewriteChunk | undefined;
  readonly #choices = new Map<number, OpenChoice>();
  #usage: TokenUsage | undefined;
  #hasFrames = false;
  #isDone = false;
  #head: JsonObject | undefined;
  /** Chunks of a raw stream that came before the first one with an id. */
  #headless: JsonObject[] = [];
  #document: JsonObject | undefined;

  readonly #onEnd: ((model: string) => void) | undefined;
  /** Of a raw stream whose chunks are passed on unchanged. */
  readonly #repeats: ChunkRepeats | undefined;

  /**
   * @param options.secrets Asked when they are needed: a token may be got only once the call begins.
   * @param options.rewrite Mends every chunk before it is read or passed on.
   * @param options.onEnd Told which model gave a complete answer, by its own name for it.
   */
  constructor(options: {
    readonly secrets: () => readonly string[];
    readonly raw: boolean;
    readonly rewrite?: RewriteChunk | undefined;
    readonly onEnd?: ((model: string) => void) | undefined;
  }) {
    this.#secrets = options.secrets;
    this.#isRaw = options.raw;
    this.#rewrite = options.rewrite;
    this.#onEnd = options.onEnd;
    this.#repeats = options.raw && options.rewrite === undefined ? new ChunkRepeats() : undefined;
  }

  get isComplete(): boolean {
    return this.#isDone;
  }

  /** The document that came, or one made of the stream that came instead. */
  toDocument(completion: ChatCompletion): JsonObject {
    return this.#document ?? toDocument(this.#head, completion);
  }

  push(frame: OpenAIFrame, parts: ChatStreamPart[]): void {
    if ("document" in frame) {
      const body = this.#mended(this.#assertNoError(parseAnswer(frame.document)));
      this.#document = body;
      for (const chunk of toChunks(body)) this.#pushChunk(chunk, parts);
      return;
    }
    const { event, data, isUnfinished } = frame;
    const text = data.trim();
    const repeated = event === "" ? this.#repeats?.find(text) : undefined;
    if (repeated !== undefined) {
      parts.push(repeated);
      return;
    }
    if (text === "") return;
    this.#hasFrames = true;
    if (text === "[DONE]") {
      this.#isDone = true;
      return;
    }
    const value =
      isUnfinished === true ? asTruncated(() => parseUpstreamJson(text)) : parseEvent(event, text);
    if (event === "error")
      throw this.#toError(asObject(value)?.["error"] === undefined ? { error: value } : value);
    const chunk = this.#mended(this.#assertNoError(value));
    this.#pushChunk(chunk, parts);
    if (event === "" && mayRepeat(chunk)) this.#repeats?.learn(text);
    else this.#repeats?.forget();
  }

  #mended(chunk: JsonObject): JsonObject {
    return this.#rewrite === undefined ? chunk : this.#rewrite(chunk);
  }

  #pushChunk(chunk: JsonObject, parts: ChatStreamPart[]): void {
    this.#hasFrames = true;
    if (this.#head === undefined && asText(chunk["id"]) !== undefined) {
      this.#head = toHead(chunk);
    }
    if (this.#isRaw) this.#pushRaw(chunk, parts);
    this.#usage = usageOfChunk(chunk) ?? this.#usage;
    for (const value of asArray(chunk["choices"])) {
      const choice = asObject(value);
      if (choice !== undefined) this.#pushChoice(choice, parts);
    }
  }

  end(parts: ChatStreamPart[]): void {
    if (!this.#hasFrames) throw invalidResponse("The provider answered with an empty body.");
    const choices = [...this.#choices];
    if (choices.length === 0 || choices.some(([, choice]) => choice.finish === undefined))
      throw truncatedAnswer();
    this.#flushHeadless(parts);
    if (!this.#isRaw) for (const [, choice] of choices) choice.calls.end(parts);
    if (this.#usage !== undefined) parts.push({ type: "usage", usage: this.#usage });
    for (const [index, { finish = "", hasText, calls }] of choices) {
      const reason = toFinishReason(finish, { text: hasText, calls: calls.count > 0 });
      parts.push({ type: "finish", choice: index, reason, raw: finish });
    }
    const model = asText(this.#head?.["model"]);
    if (model !== undefined) this.#onEnd?.(model);
  }

  #pushChoice(choice: JsonObject, parts: ChatStreamPart[]): void {
    const index = asCount(choice["index"]) ?? 0;
    const delta = asObject(choice["delta"]) ?? asObject(choice["message"]);
    const finish = asText(choice["finish_reason"]);
    // Filters report in chunks of their own, also after the end.
    if (delta === undefined && finish === undefined) return;
    const open = this.#choiceAt(index, parts);
    const deltas: ChatStreamPart[] = this.#isRaw ? [] : parts;
    if (delta !== undefined) pushDelta(delta, open, { index, parts: deltas });
    const logprobs = toTokenLogprobs(asObject(choice["logprobs"])?.["content"]);
    if (logprobs.length > 0) deltas.push({ type: "logprobs", choice: index, content: logprobs });
    if (finish === "error" || finish === "insufficient_system_resource") {
      throw this.#toError({ error: { message: `The model stopped with "${finish}".` } });
    }
    // A filter that looks at the text while it is sent has the last word.
    open.finish = finish === "content_filter" ? finish : (open.finish ?? finish);
  }

  /** Azure's filters report in chunks without id, model and time, the first of them before all others. */
  #pushRaw(chunk: JsonObject, parts: ChatStreamPart[]): void {
    const isEmpty = asArray(chunk["choices"]).length === 0;
    if (this.#head === undefined && isEmpty && this.#headless.length < maxHeadless) {
      this.#headless.push(chunk);
      return;
    }
    this.#flushHeadless(parts);
    parts.push({
      type: "raw",
      chunk: asText(chunk["id"]) === undefined ? { ...chunk, ...this.#head } : chunk,
    });
  }

  #flushHeadless(parts: ChatStreamPart[]): void {
    for (const chunk of this.#headless) parts.push({ type: "raw", chunk: { ...chunk, ...this.#head } });
    this.#headless = [];
  }

  #choiceAt(index: number, parts: ChatStreamPart[]): OpenChoice {
    const existing = this.#choices.get(index);
    if (existing !== undefined) return existing;
    const choice: OpenChoice = { calls: new ToolCallAssembler(index), hasText: false, finish: undefined };
    this.#choices.set(index, choice);
    if (!this.#isRaw) parts.push({ type: "message-start", choice: index });
    return choice;
  }

  #assertNoError(value: JsonValue): JsonObject {
    // Gemini wraps errors in an array.
    const object = asObject(Array.isArray(value) ? value[0] : value);
    const error = object?.["error"];
    if (error !== undefined && error !== null && error !== false) throw this.#toError(value);
    if (object === undefined || Array.isArray(value))
      throw invalidResponse("The provider's answer is no object.");
    if (object["object"] === "error" || object["type"] === "error") throw this.#toError(value);
    return object;
  }

  #toError(json: JsonValue): Error {
    return toUpstreamError({ body: { json }, secrets: this.#secrets() });
  }
}

function pushDelta(
  delta: JsonObject,
  open: OpenChoice,
  { index, parts }: { readonly index: number; readonly parts: ChatStreamPart[] },
): void {
  const reasoning = reasoningOfDelta(delta);
  if (reasoning !== "") parts.push({ type: "reasoning-delta", choice: index, text: reasoning });
  const text = textOfDelta(delta);
  if (text !== "") parts.push({ type: "text-delta", choice: index, text });
  const refusal = asText(delta["refusal"]);
  if (refusal !== undefined) parts.push({ type: "refusal-delta", choice: index, text: refusal });
  open.hasText ||= text !== "" || refusal !== undefined;
  open.calls.push(delta["tool_calls"], parts);
  const legacy = delta["function_call"];
  if (legacy !== undefined && legacy !== null) open.calls.push([{ index: 0, function: legacy }], parts);
}

/** Whether another chunk like this would change nothing but the text: no end, and nothing to be added to it. */
function mayRepeat(chunk: JsonObject): boolean {
  const isEnd = (choice: JsonValue) => asText(asObject(choice)?.["finish_reason"]) !== undefined;
  return asText(chunk["id"]) !== undefined && !asArray(chunk["choices"]).some(isEnd);
}

/** What is the same in all chunks. Some servers give the time in milliseconds, or with a fraction. */
function toHead({ id, created, model }: JsonObject): JsonObject {
  const time = asNumber(created);
  return {
    ...(id && { id }),
    ...(time !== undefined && time > 0 && { created: Math.floor(time > 1e11 ? time / 1000 : time) }),
    ...(model && { model }),
  };
}

/** An error event may be plain text. */
function parseEvent(event: string, text: string): JsonValue {
  return event === "error" && !text.startsWith("{") ? text : parseUpstreamJson(text);
}
