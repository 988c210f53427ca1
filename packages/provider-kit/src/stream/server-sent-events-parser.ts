import { limits } from "@corral/core";
import { invalidResponse } from "../json/read-json.ts";
import type { FrameParser } from "./frame-parser.ts";
import { LineSplitter } from "./line-splitter.ts";

export type ServerSentEvent = {
  readonly event: string;
  readonly data: string;
  /** The stream ended without the blank line after it, so it may have been cut off. */
  readonly isUnfinished?: true;
};

const openBrace = 0x7b;
const colon = 0x3a;

/**
 * Server-sent events as upstreams really send them: LF, CR or CRLF, split anywhere, with comments, a BOM, several
 * `data` lines, or without the last blank line. `id` and `retry` are ignored.
 *
 * A bare line of JSON, which the format would ignore, counts as an event: some servers report errors that way.
 */
export function createServerSentEventsParser(
  limitBytes: number = limits.upstreamFrameBytes,
): FrameParser<ServerSentEvent> {
  const splitter = new LineSplitter({ limitBytes: limitBytes + fieldBytes, lineEnd: "any" });
  const decoder = new TextDecoder();
  let data: string | undefined;
  let event = "";
  let bytes = 0;

  const read = (line: Uint8Array): ServerSentEvent[] => {
    if (line.length === 0) return dispatch();
    if (line[0] === colon) return [];
    const text = decoder.decode(line);
    if (line[0] === openBrace) return [...dispatch(), { event: "", data: text }];
    const at = text.indexOf(":");
    const field = at === -1 ? text : text.slice(0, at);
    const value = at === -1 ? "" : text.slice(text.charCodeAt(at + 1) === 0x20 ? at + 2 : at + 1);
    if (field === "event") event = value;
    else if (field === "data") {
      bytes += line.length - fieldBytes;
      if (bytes > limitBytes)
        throw invalidResponse(`The provider sent an event of more than ${limitBytes} bytes.`);
      data = data === undefined ? value : `${data}\n${value}`;
    }
    return [];
  };

  const dispatch = (): ServerSentEvent[] => {
    const events = data === undefined ? [] : [{ event, data }];
    data = undefined;
    event = "";
    bytes = 0;
    return events;
  };

  return {
    push: (chunk) => {
      const events: ServerSentEvent[] = [];
      for (const line of splitter.push(chunk)) events.push(...read(line));
      return events;
    },
    end: () => {
      const rest = splitter.end();
      const events = [...(rest === undefined ? [] : read(rest)), ...dispatch()];
      return events.map((last) => ({ ...last, isUnfinished: true }));
    },
  };
}

/** `data: ` is not part of the payload that the limit is for. */
const fieldBytes = "data: ".length;
