import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";

/** Writes server-sent events with backpressure: a slow reader slows the provider down, not our memory up. */
export class EventStreamWriter {
  readonly #response: ServerResponse;
  readonly #headers: () => Readonly<Record<string, string>>;
  #isChunked = false;
  /** The headers were sent, or handed to the response. */
  #isBegun = false;
  #socket: Socket | null = null;

  /** @param headers Asked for once, when the first bytes are sent. */
  constructor(response: ServerResponse, headers: () => Readonly<Record<string, string>>) {
    this.#response = response;
    this.#headers = headers;
  }

  /** Sends events as one write; the first call sends the headers with it. A promise is there while the reader is behind. */
  send(events: string, signal: AbortSignal): Promise<void> | undefined {
    if (events === "") return undefined;
    signal.throwIfAborted();
    const isTaken = this.#write(events);
    return isTaken ? undefined : once(this.#way, "drain", { signal }).then(() => undefined);
  }

  /** Bytes were sent, and the status with them. */
  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** The reader has yet to take what was sent. */
  get isBehind(): boolean {
    return this.#response.writableNeedDrain || this.#way.writableNeedDrain;
  }

  /** A line that clients pass over. */
  comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  /** The end of a complete answer, with the last events. */
  async done(events: string, signal: AbortSignal): Promise<void> {
    await this.send(`${events}data: [DONE]\n\n`, signal);
    this.#end();
  }

  /** The end of a broken answer: an error event and no `[DONE]`, so that no client takes it for complete. */
  fail(body: object): void {
    this.#write(`data: ${JSON.stringify(body)}\n\n`);
    this.#end();
  }

  /** @returns Whether the headers wait for the first write. */
  #begin(): boolean {
    const response = this.#response;
    if (this.#isBegun || response.headersSent) return false;
    this.#isBegun = true;
    response.socket?.setNoDelay(true);
    response.writeHead(200, {
      ...this.#headers(),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    // Node would write a chunk in four pieces: size, line end, text, line end. As one string it costs a fifth less.
    this.#isChunked = response.chunkedEncoding;
    response.chunkedEncoding = false;
    return true;
  }

  /** @returns Whether the reader keeps up. */
  #write(text: string): boolean {
    const way: Writable = this.#begin() ? this.#response : this.#way;
    const bytes = Buffer.byteLength(text);
    // The same bytes, without looking for characters that need several.
    const encoding = bytes === text.length ? "latin1" : "utf8";
    const chunk = this.#isChunked ? `${bytes.toString(16)}\r\n${text}\r\n` : text;
    // Not corked here: Node sends the headers and what is written in the same turn in one system call by itself.
    return way.write(chunk, encoding);
  }

  /**
   * After the headers, the socket itself: what a response does about each write costs a tenth of a frame. It has none
   * while an earlier answer on the same connection is not over, and knows what to do about one that is half closed.
   */
  get #way(): Writable {
    this.#socket ??= this.#response.socket;
    return this.#socket?.writable === true ? this.#socket : this.#response;
  }

  #end(): void {
    // The next answer's, from now on.
    this.#socket = null;
    if (this.#isChunked) this.#response.end("0\r\n\r\n", "latin1");
    else this.#response.end();
  }
}
