import type { ChatStreamPart, FinishReason, JsonObject, JsonValue } from "@corral/core";
import {
  asCount,
  asObject,
  asText,
  invalidResponse,
  toUpstreamError,
  truncatedAnswer,
  type StreamConverter,
} from "@corral/provider-kit";

const reasons: Readonly<Record<string, FinishReason>> = { enough: "stop", max_words: "length" };

/** Turns the lines of `/say` into parts: `{"say"}`, `{"error"}`, and one `{"over"}` at the end. */
export class ParrotStreamConverter implements StreamConverter<JsonValue> {
  readonly #secrets: readonly string[];
  #isStarted = false;
  #last: JsonObject | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  get isComplete(): boolean {
    return this.#last !== undefined;
  }

  push(frame: JsonValue, parts: ChatStreamPart[]): void {
    const line = asObject(frame);
    if (line === undefined) throw invalidResponse("Parrot sent a line that is not an object.");
    if ("error" in line) throw toUpstreamError({ body: { json: line }, secrets: this.#secrets });
    if (!this.#isStarted) parts.push({ type: "message-start", choice: 0 });
    this.#isStarted = true;
    const text = asText(line["say"]);
    if (text !== undefined) parts.push({ type: "text-delta", choice: 0, text });
    if (asText(line["over"]) !== undefined) this.#last = line;
  }

  end(parts: ChatStreamPart[]): void {
    if (!this.#isStarted) throw invalidResponse("Parrot answered with an empty body.");
    if (this.#last === undefined) throw truncatedAnswer();
    const promptTokens = asCount(this.#last["heard"]);
    const completionTokens = asCount(this.#last["said"]);
    if (promptTokens !== undefined && completionTokens !== undefined) {
      parts.push({ type: "usage", usage: { promptTokens, completionTokens } });
    }
    const raw = asText(this.#last["over"]) ?? "";
    parts.push({ type: "finish", choice: 0, reason: reasons[raw] ?? "other", raw });
  }
}
