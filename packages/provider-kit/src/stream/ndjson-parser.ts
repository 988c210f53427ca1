import { DomainError, limits, type JsonValue } from "@corral/core";
import { invalidResponse, parseUpstreamJson } from "../json/read-json.ts";
import type { FrameParser } from "./frame-parser.ts";
import { LineSplitter } from "./line-splitter.ts";

/**
 * Newline-delimited JSON: a value a line, empty lines ignored, the last line with or without its end.
 *
 * A line that is not JSON is an error: `upstream_truncated` for an unfinished last one, else `upstream_invalid_response`.
 */
export function createNdjsonParser(limitBytes: number = limits.upstreamFrameBytes): FrameParser<JsonValue> {
  const splitter = new LineSplitter({ limitBytes, lineEnd: "lf" });
  const decoder = new TextDecoder();
  const parse = (line: Uint8Array): JsonValue[] => {
    const text = decoder.decode(line).trim();
    return text === "" ? [] : [parseUpstreamJson(text)];
  };
  return {
    push: (chunk) => splitter.push(chunk).flatMap(parse),
    end: () => {
      const rest = splitter.end();
      return rest === undefined ? [] : asTruncated(() => parse(rest));
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

/** The error for a body that is not what its stream should be. */
export function notAStream(contentType: string): DomainError {
  return invalidResponse(
    `The provider answered ${contentType || "something without a type"} where a stream was expected.`,
  );
}
