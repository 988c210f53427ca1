import { type BrotliOptions, constants, createBrotliCompress, createDeflate, createGzip } from "node:zlib";
import { Readable } from "node:stream";
import { type Answer, type Step, toWholeAnswer } from "../server/answer.ts";
import { isJsonObject } from "../server/json-object.ts";
import { headerOf, type SimulatedRequest } from "../server/simulated-request.ts";
import { cut } from "./answer-steps.ts";
import type { FaultContext, FaultRow } from "./apply-fault.ts";
import type { Dialect } from "./dialect.ts";
import type { FaultKind } from "./fault.ts";

const html =
  "<!DOCTYPE html>\n<html><head><title>Sign in to the captive portal</title></head><body><h1>Welcome</h1></body></html>\n";
const mebibyte = Buffer.alloc(1024 * 1024, "x");

/** Wrong statuses and bodies. */
export const bodyFaults = {
  status: (fault, { dialect }) => {
    const body = fault.body ?? dialect.errorBody(fault.code, `Simulated failure with status ${fault.code}.`);
    const isText = typeof body === "string";
    const answer = toWholeAnswer(
      fault.code,
      isText ? "text/plain" : "application/json",
      isText ? body : JSON.stringify(body),
    );
    if (fault.retryAfterDateMs !== undefined) {
      answer.headers["retry-after"] = new Date(Date.now() + fault.retryAfterDateMs).toUTCString();
    }
    return { ...answer, headers: { ...answer.headers, ...fault.headers } };
  },
  redirect: (fault, { request }) => ({
    kind: "whole",
    status: fault.code ?? 307,
    headers: { location: fault.to ?? request.url },
    body: "",
  }),
  "echo-authorization": async (fault, context) => await echoCredential(fault.where ?? "error", context),
  "html-200": () => toWholeAnswer(200, "text/html; charset=utf-8", html),
  "empty-200": () => toWholeAnswer(200, "application/json", ""),
  "null-body": () => toWholeAnswer(200, "application/json", "null"),
  "array-body": () => toWholeAnswer(200, "application/json", "[]"),
  "wrong-content-type": async (fault, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind === "raw" || answer.kind === "prefaced") return answer;
    return { ...answer, headers: { ...answer.headers, "content-type": fault.contentType ?? "text/html" } };
  },
  bom: async (_, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind === "whole")
      return { ...answer, body: Buffer.concat([Buffer.from("\uFEFF"), Buffer.from(answer.body)]) };
    if (answer.kind !== "stream") return answer;
    const { frames } = answer;
    return {
      ...answer,
      frames: (async function* () {
        yield { kind: "event" as const, raw: "\uFEFF" };
        yield* frames;
      })(),
    };
  },
  "half-json": async (_, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind === "whole") {
      const body = Buffer.from(answer.body);
      return { ...answer, body: body.subarray(0, Math.ceil(body.length / 2)) };
    }
    return cut(answer, 1, "finish");
  },
  "giant-line": (fault, { request, dialect }) => ({
    kind: "stepped",
    status: 200,
    headers: { "content-type": streamType(request, dialect) },
    steps: giantLine(fault.megabytes ?? 1024, dialect),
  }),
  "gzip-bomb": (fault) => ({
    kind: "stepped",
    status: 200,
    headers: { "content-type": "application/json", "content-encoding": fault.encoding ?? "gzip" },
    steps: bomb(fault.encoding ?? "gzip", fault.megabytes ?? 1024),
  }),
  "json-for-stream": (_, { request, handle }) => handle(withStream(request, false)),
  "sse-for-non-stream": (_, { request, handle }) => handle(withStream(request, true)),
  "rewrite-body": async (fault, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind !== "whole") return answer;
    return {
      ...answer,
      body: JSON.stringify(fault.rewrite(JSON.parse(Buffer.from(answer.body).toString("utf8")))),
    };
  },
} satisfies { [K in FaultKind]?: FaultRow<K> };

async function echoCredential(
  where: "error" | "body" | "header",
  { request, dialect, handle }: FaultContext,
): Promise<Answer> {
  const credential =
    headerOf(request, "authorization") ??
    headerOf(request, "api-key") ??
    headerOf(request, "x-api-key") ??
    "";
  if (where === "error") {
    const body = dialect.errorBody(401, `The key "${credential}" is not valid here.`);
    return toWholeAnswer(401, "application/json", JSON.stringify(body));
  }
  const answer = await handle(request);
  if (answer.kind === "raw" || answer.kind === "prefaced") return answer;
  if (where === "header") return { ...answer, headers: { ...answer.headers, "x-echo": credential } };
  if (answer.kind !== "whole") return answer;
  return { ...answer, body: JSON.stringify({ ...parseObject(answer.body), echo: credential }) };
}

function parseObject(body: string | Uint8Array): object {
  const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
  return isJsonObject(value) ? value : { value };
}

function withStream(request: SimulatedRequest, stream: boolean): SimulatedRequest {
  if (!isJsonObject(request.body)) return request;
  // Options of a stream would be refused beside `stream: false`.
  const { stream_options: options, ...body } = request.body;
  return {
    ...request,
    body: { ...body, stream, ...(stream && options !== undefined && { stream_options: options }) },
  };
}

function streamType(request: SimulatedRequest, dialect: Dialect): string {
  if (request.method === "GET") return "application/json";
  return dialect.format === "sse" ? "text/event-stream" : "application/x-ndjson";
}

function* giantLine(megabytes: number, dialect: Dialect): Generator<Step> {
  yield { send: dialect.format === "sse" ? 'data: {"filler":"' : '{"filler":"' };
  for (let sent = 0; sent < megabytes; sent += 1) yield { send: mebibyte };
  yield { send: '"}\n\n' };
}

async function* bomb(encoding: "gzip" | "br" | "deflate", megabytes: number): AsyncGenerator<Step> {
  const quick: BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const compress =
    encoding === "gzip" ? createGzip() : encoding === "br" ? createBrotliCompress(quick) : createDeflate();
  const source = Readable.from(repeat(Buffer.alloc(1024 * 1024, " "), megabytes));
  try {
    // Compressed while it is read: a client that gives up early costs next to nothing.
    for await (const chunk of source.pipe(compress)) yield { send: Buffer.from(chunk) };
  } finally {
    source.destroy();
    compress.destroy();
  }
}

function* repeat(chunk: Buffer, times: number): Generator<Buffer> {
  for (let sent = 0; sent < times; sent += 1) yield chunk;
}
