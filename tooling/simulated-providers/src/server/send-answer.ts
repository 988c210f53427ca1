import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import type { JournalEntry } from "../journal/request-journal.ts";
import { type Answer, encodeFrame, type Step, type StreamAnswer } from "./answer.ts";
import { gone, pause } from "./pause.ts";

/** The way back to one client, and what has been sent on it. */
export type Exchange = {
  response: ServerResponse;
  entry: JournalEntry;
  signal: AbortSignal;
  /** Set before this side ends the connection, so that the journal does not blame the client. */
  endedByServer: boolean;
};

/** Sends an answer at the client's pace; returns early, without an error, when the client goes. */
export async function sendAnswer(answer: Answer, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  switch (answer.kind) {
    case "prefaced":
      response.socket?.write(answer.preface);
      return await sendAnswer(answer.answer, exchange);
    case "whole":
      return sendWhole(answer.body, answer, exchange);
    case "stream":
      return await sendStream(answer, exchange);
    case "stepped":
      response.writeHead(answer.status, answer.headers);
      response.flushHeaders();
      return await takeSteps(answer.steps, response, exchange);
    case "raw":
      if (!response.socket) return;
      await takeSteps(answer.steps, response.socket, exchange);
  }
}

function sendWhole(
  body: string | Uint8Array,
  head: { status: number; headers: { [name: string]: string } },
  { response, entry }: Exchange,
): void {
  const bytes = Buffer.from(body);
  const isBodiless = head.status === 204 || head.status === 304;
  response.writeHead(head.status, {
    ...head.headers,
    ...(!isBodiless && { "content-length": String(bytes.length) }),
  });
  if (response.req.method !== "HEAD" && !isBodiless) entry.bytesSent += bytes.length;
  response.end(bytes);
}

async function sendStream(answer: StreamAnswer, exchange: Exchange): Promise<void> {
  const { response, signal } = exchange;
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  for await (const frame of answer.frames) {
    if (signal.aborted) return;
    await write(response, encodeFrame(answer.format, frame), exchange);
  }
  if (answer.trailers) response.addTrailers(answer.trailers);
  response.end();
}

async function takeSteps(
  steps: AsyncIterable<Step> | Iterable<Step>,
  target: Writable,
  exchange: Exchange,
): Promise<void> {
  for await (const step of steps) {
    if (exchange.signal.aborted) return;
    if ("send" in step) await write(target, step.send, exchange);
    else if ("waitMs" in step) await pause(step.waitMs, exchange.signal);
    else return await finish(step.end, target, exchange);
  }
  await finish("finish", target, exchange);
}

async function write(target: Writable, chunk: string | Uint8Array, exchange: Exchange): Promise<void> {
  exchange.entry.bytesSent += Buffer.byteLength(chunk);
  if (!target.write(chunk)) await once(target, "drain", { signal: exchange.signal });
}

async function finish(
  end: "finish" | "close" | "reset" | "hang",
  target: Writable,
  exchange: Exchange,
): Promise<void> {
  const { socket } = exchange.response;
  if (end === "hang") return await gone(exchange.signal);
  if (end === "finish" && target === exchange.response) {
    target.end();
    return;
  }
  exchange.endedByServer = true;
  if (end === "reset") {
    // A reset overtakes what is still in flight: let the client read the last bytes first.
    await pause(15, exchange.signal);
    socket?.resetAndDestroy();
  } else {
    socket?.destroySoon();
  }
}
