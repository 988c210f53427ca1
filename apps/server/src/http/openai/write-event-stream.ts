import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Writes server-sent events with backpressure: a slow reader slows the provider down, not our memory up. */
export class EventStreamWriter {
  readonly #response: ServerResponse;
  readonly #headers: () => Readonly<Record<string, string>>;

  /** @param headers Asked for once, when the first bytes are sent. */
  constructor(response: ServerResponse, headers: () => Readonly<Record<string, string>>) {
    this.#response = response;
    this.#headers = headers;
  }

  /** Sends the objects as one write; the first call sends the headers with it. Waits while the reader is behind. */
  async send(objects: readonly object[], signal: AbortSignal): Promise<void> {
    if (objects.length === 0) return;
    await this.#write(objects.map((object) => `data: ${JSON.stringify(object)}\n\n`).join(""), signal);
  }

  /** Bytes were sent, and the status with them. */
  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** A line that clients pass over. */
  comment(text: string): void {
    this.#begin();
    this.#response.write(`: ${text}\n\n`);
  }

  /** The end of a complete answer. */
  async done(signal: AbortSignal): Promise<void> {
    await this.#write("data: [DONE]\n\n", signal);
    this.#response.end();
  }

  /** The end of a broken answer: an error event and no `[DONE]`, so that no client takes it for complete. */
  fail(body: object): void {
    this.#begin();
    this.#response.end(`data: ${JSON.stringify(body)}\n\n`);
  }

  #begin(): void {
    if (this.#response.headersSent) return;
    this.#response.socket?.setNoDelay(true);
    this.#response.writeHead(200, {
      ...this.#headers(),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
  }

  async #write(text: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#begin();
    // Not corked here: Node sends headers, chunk size, text and line ends of one turn in one system call by itself, and
    // in one each after an uncork().
    const isTaken = this.#response.write(text);
    if (!isTaken) await once(this.#response, "drain", { signal });
  }
}
