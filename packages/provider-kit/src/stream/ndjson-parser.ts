import { DomainError, limits, type JsonValue } from "@corral/core";
import { parseUpstreamJson } from "../json/read-json.ts";
import type { FrameParser } from "./frame-parser.ts";
import { LineSplitter } from "./line-splitter.ts";

/** One for all streams: it is given whole lines, and keeps nothing between them. */
const decoder = new TextDecoder();

/**
 * Newline-delimited JSON: a value a line, empty lines ignored, the last line with or without its end.
 *
 * A line that is not JSON is an error: `upstream_truncated` for an unfinished last one, else `upstream_invalid_response`.
 */
export function createNdjsonParser(limitBytes: number = limits.upstreamFrameBytes): FrameParser<JsonValue> {
  const splitter = new LineSplitter({ limitBytes, lineEnd: "lf" });
  const parse = (line: Uint8Array, isLast: boolean): JsonValue[] => {
    const text = decoder.decode(line).trim();
    if (text === "") return [];
    // What does not even begin like JSON is not cut off but something else, e.g. a web page.
    return [
      isLast && text.startsWith("{") ? asTruncated(() => parseUpstreamJson(text)) : parseUpstreamJson(text),
    ];
  };
  return {
    push: (chunk) => splitter.push(chunk).flatMap((line) => parse(line, false)),
    end: () => {
      const rest = splitter.end();
      return rest === undefined ? [] : parse(rest, true);
    },
  };
}

/** What the end of a stream leaves unfinished was cut off. */
export function asTruncated<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw truncatedAnswer(cause);
  }
}

/** The `upstream_truncated` error. */
export function truncatedAnswer(cause?: unknown): DomainError {
  return new DomainError("upstream_truncated", "The provider's answer ended before it was complete.", {
    details: { upstreamClass: "truncated" },
    cause,
  });
}
