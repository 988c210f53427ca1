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

const lf = 0x0a;
const letterD = 0x64;
const openBrace = 0x7b;
const colon = 0x3a;
/** One for all streams: it is given whole lines, and keeps nothing between them. */
const decoder = new TextDecoder();

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
  let data: string | undefined;
  let event = "";
  let bytes = 0;

  const read = (line: Uint8Array, events: ServerSentEvent[]): void => {
    if (line.length === 0) {
      dispatch(events);
      return;
    }
    if (line[0] === colon) return;
    const text = decoder.decode(line);
    if (line[0] === openBrace) {
      dispatch(events);
      events.push({ event: "", data: text });
      return;
    }
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
  };

  const dispatch = (events: ServerSentEvent[]): void => {
    if (data !== undefined) events.push({ event, data });
    data = undefined;
    event = "";
    bytes = 0;
  };

  return {
    push: (chunk) => {
      const isBetween = splitter.isEmpty && data === undefined && event === "";
      const plain = isBetween && chunk.length <= limitBytes ? readPlain(chunk) : undefined;
      if (plain !== undefined) return plain;
      const events: ServerSentEvent[] = [];
      for (const line of splitter.push(chunk)) read(line, events);
      return events;
    },
    end: () => {
      const events: ServerSentEvent[] = [];
      const rest = splitter.end();
      if (rest !== undefined) read(rest, events);
      dispatch(events);
      return events.map((last) => ({ ...last, isUnfinished: true }));
    },
  };
}

/** `data: ` is not part of the payload that the limit is for. */
const fieldBytes = "data: ".length;

/** The events of a read that has nothing but whole ones of one `data` line, as most have: found without cutting bytes. */
function readPlain(chunk: Uint8Array): ServerSentEvent[] | undefined {
  if (chunk[0] !== letterD || chunk.at(-1) !== lf || chunk.at(-2) !== lf) return undefined;
  const text = decoder.decode(chunk);
  if (text.includes("\r")) return undefined;
  let events: ServerSentEvent[] | undefined;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    if (!text.startsWith("data: ", from) || text.charCodeAt(end + 1) !== lf) return undefined;
    const event = { event: "", data: text.slice(from + fieldBytes, end) };
    // Most reads bring one: a list made for it has no room for sixteen more.
    if (events === undefined) events = [event];
    else events.push(event);
    from = end + 2;
  }
  return events;
}
