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
  return new ServerSentEventsParser(limitBytes);
}

/** One object a stream, as each frame would have to find its way through more. */
class ServerSentEventsParser implements FrameParser<ServerSentEvent> {
  readonly #limitBytes: number;
  readonly #splitter: LineSplitter;
  #data: string | undefined;
  #event = "";
  #bytes = 0;
  /** Nothing has begun that the next bytes would go on with. */
  #isBetween = true;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#splitter = new LineSplitter({ limitBytes: limitBytes + fieldBytes, lineEnd: "any" });
  }

  push(chunk: Uint8Array): ServerSentEvent[] {
    const plain = this.#isBetween && chunk.length <= this.#limitBytes ? readPlain(chunk) : undefined;
    if (plain !== undefined) return plain;
    const events: ServerSentEvent[] = [];
    for (const line of this.#splitter.push(chunk)) this.#read(line, events);
    this.#isBetween = this.#splitter.isEmpty && this.#data === undefined && this.#event === "";
    return events;
  }

  end(): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    const rest = this.#splitter.end();
    if (rest !== undefined) this.#read(rest, events);
    this.#dispatch(events);
    return events.map((last) => ({ ...last, isUnfinished: true }));
  }

  #read(line: Uint8Array, events: ServerSentEvent[]): void {
    if (line.length === 0) {
      this.#dispatch(events);
      return;
    }
    if (line[0] === colon) return;
    const text = decoder.decode(line);
    if (line[0] === openBrace) {
      this.#dispatch(events);
      events.push({ event: "", data: text });
      return;
    }
    const at = text.indexOf(":");
    const field = at === -1 ? text : text.slice(0, at);
    const value = at === -1 ? "" : text.slice(text.charCodeAt(at + 1) === 0x20 ? at + 2 : at + 1);
    if (field === "event") this.#event = value;
    else if (field === "data") {
      this.#bytes += line.length - fieldBytes;
      if (this.#bytes > this.#limitBytes)
        throw invalidResponse(`The provider sent an event of more than ${this.#limitBytes} bytes.`);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    }
  }

  #dispatch(events: ServerSentEvent[]): void {
    if (this.#data !== undefined) events.push({ event: this.#event, data: this.#data });
    this.#data = undefined;
    this.#event = "";
    this.#bytes = 0;
  }
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
