import { toGoJson } from "./go-json.ts";
import type { JsonObject } from "./json-object.ts";

export type AnswerHeaders = { [name: string]: string };

/** What a frame means to its protocol, so that a fault can find it without parsing. */
export type FrameKind = "event" | "finish" | "usage" | "done";

/** One streamed message: a JSON value still to be framed, or text that goes out as it is. */
export type Frame = { kind: FrameKind; value: JsonObject } | { kind: FrameKind; raw: string };

/** One move on the socket. `finish` ends the body properly, `close` sends FIN, `reset` sends RST. */
export type Step =
  | { send: string | Uint8Array }
  | { waitMs: number }
  | { end: "finish" | "close" | "reset" | "hang" };

export type StreamFormat = "ndjson" | "sse";

type Head = { status: number; headers: AnswerHeaders };

export type WholeAnswer = Head & { kind: "whole"; body: string | Uint8Array };
export type StreamAnswer = Head & {
  kind: "stream";
  format: StreamFormat;
  frames: AsyncIterable<Frame>;
  trailers?: AnswerHeaders;
};
/** Node writes the head, the steps make the body. */
export type SteppedAnswer = Head & { kind: "stepped"; steps: AsyncIterable<Step> | Iterable<Step> };
/** The steps are the whole answer, head included; the connection ends with them. */
export type RawAnswer = { kind: "raw"; steps: AsyncIterable<Step> | Iterable<Step> };
/** Bytes before an otherwise normal answer, such as an informational head. */
export type PrefacedAnswer = { kind: "prefaced"; preface: string; answer: Answer };

/** What a route answers; a fault turns one answer into another. */
export type Answer = WholeAnswer | StreamAnswer | SteppedAnswer | RawAnswer | PrefacedAnswer;

/** Thrown by a route to leave with an answer at once. */
export class AnswerError extends Error {
  readonly answer: Answer;

  constructor(message: string, answer: Answer) {
    super(message);
    this.answer = answer;
  }
}

export function toWholeAnswer(status: number, contentType: string, body: string | Uint8Array): WholeAnswer {
  return {
    kind: "whole",
    status,
    headers: contentType === "" ? {} : { "content-type": contentType },
    body,
  };
}

export function encodeFrame(format: StreamFormat, frame: Frame): string {
  if ("raw" in frame) return frame.raw;
  return format === "sse" ? `data: ${JSON.stringify(frame.value)}\n\n` : `${toGoJson(frame.value)}\n`;
}
