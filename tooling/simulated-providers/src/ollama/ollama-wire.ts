import { type Answer, AnswerError, type Frame, type StreamAnswer, toWholeAnswer } from "../server/answer.ts";
import { toGoJson } from "../server/go-json.ts";
import type { JsonObject } from "../server/json-object.ts";

const jsonType = "application/json; charset=utf-8";

/** One JSON document, as the real server labels it. */
export function ollamaJson(value: unknown, status = 200): Answer {
  return toWholeAnswer(status, jsonType, toGoJson(value));
}

export function ollamaText(status: number, text: string): Answer {
  return toWholeAnswer(status, "text/plain", text);
}

/** 200, or another status, and no body at all. */
export function ollamaEmpty(status = 200): Answer {
  return toWholeAnswer(status, "", "");
}

export function ollamaStream(frames: AsyncIterable<Frame>): StreamAnswer {
  return {
    kind: "stream",
    status: 200,
    headers: { "content-type": "application/x-ndjson" },
    format: "ndjson",
    frames,
  };
}

/** Leaves the route with an error in the server's form. */
export function ollamaError(status: number, message: string): AnswerError {
  return new AnswerError(message, ollamaJson({ error: message }, status));
}

export function line(value: JsonObject): Frame {
  return { kind: "event", value };
}

export function lastLine(value: JsonObject): Frame {
  return { kind: "done", value };
}

/** Drops members the server omits when they are zero, empty or absent. */
export function omitZero(object: JsonObject): JsonObject {
  const zeros: unknown[] = [undefined, 0, ""];
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !zeros.includes(value)));
}
