import type { IncomingMessage, ServerResponse } from "node:http";
import { applyFault } from "../faults/apply-fault.ts";
import type { Dialect } from "../faults/dialect.ts";
import type { FaultControl } from "../faults/fault-control.ts";
import { type JournalEntry, journalNow, type RequestJournal } from "../journal/request-journal.ts";
import { type Answer, AnswerError } from "./answer.ts";
import { gone as whenGone } from "./pause.ts";
import { type Exchange, sendAnswer } from "./send-answer.ts";
import { decodeBody, type SimulatedRequest } from "./simulated-request.ts";

export type Handler = (request: SimulatedRequest) => Answer | Promise<Answer>;

export type Arrival = {
  handle: Handler;
  dialect: Dialect;
  journal: RequestJournal;
  faults: FaultControl;
  incoming: IncomingMessage;
  response: ServerResponse;
  bytes: Buffer;
  requestOnSocket: number;
};

/** One request from the journal's first line to the last byte of its answer, bent by whatever fault is set. */
export async function serveExchange(arrival: Arrival): Promise<void> {
  const { journal, incoming, response, bytes, requestOnSocket } = arrival;
  const gone = new AbortController();
  const url = incoming.url ?? "/";
  const path = url.split("?", 1)[0] ?? url;
  const method = incoming.method ?? "GET";
  const { headers } = incoming;
  const { body, jsonError } = decodeBody(bytes);
  const entry: JournalEntry = { method, path, url, headers, body, at: journalNow(), bytesSent: 0 };
  const exchange: Exchange = { response, entry, signal: gone.signal, endedByServer: false };
  journal.record(entry);
  watchEnd(exchange, gone, journal);

  const request: SimulatedRequest = {
    method,
    url,
    path,
    headers,
    bytes,
    body,
    jsonError,
    requestOnSocket,
    signal: gone.signal,
    reply: undefined,
  };
  // A reply function may wait for ever; the exchange ends with its connection all the same.
  await Promise.race([respond(arrival, request, exchange), whenGone(gone.signal)]);
}

async function respond(arrival: Arrival, request: SimulatedRequest, exchange: Exchange): Promise<void> {
  const { dialect, faults } = arrival;
  const handle = (changed: SimulatedRequest): Promise<Answer> => answerOf(arrival.handle, changed);
  try {
    const fault = faults.take(request.path);
    const answer = fault ? await applyFault(fault, { request, dialect, handle }) : await handle(request);
    await sendAnswer(answer, exchange);
  } catch (error) {
    if (request.signal.aborted) return; // the client's departure interrupts waits by design
    failLoudly(exchange.response, error);
  }
}

async function answerOf(handle: Handler, request: SimulatedRequest): Promise<Answer> {
  try {
    return await handle(request);
  } catch (error) {
    if (error instanceof AnswerError) return error.answer;
    throw error;
  }
}

/** A defect of the simulation, or of a test's reply function, must not look like a provider's failure. */
function failLoudly(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  response.writeHead(599, { "content-type": "text/plain" });
  response.end(`The simulated provider itself failed.\n${text}\n`);
}

function watchEnd(exchange: Exchange, gone: AbortController, journal: RequestJournal): void {
  const { response, entry } = exchange;
  const end = (): void => {
    if (entry.finishedAt === undefined) {
      if (exchange.endedByServer) entry.finishedAt = journalNow();
      else entry.closedByClientAt = journalNow();
    }
    gone.abort();
    journal.settle(entry);
  };
  response.once("finish", () => {
    entry.finishedAt = journalNow();
    journal.settle(entry);
  });
  response.on("error", () => undefined); // writes after the client left
  if (response.socket && !response.socket.destroyed) response.once("close", end);
  else end();
}
