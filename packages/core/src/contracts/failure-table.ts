import type { ErrorCode } from "../error/error-codes.ts";
import type { ScriptedReply } from "../testing/scripted-upstream.ts";
import { contractKey } from "./provider-bench.ts";

const json = { "content-type": "application/json" };
const html = { "content-type": "text/html" };
const plain = { "content-type": "text/plain" };
const echo = `Incorrect key provided: ${contractKey}. See https://internal.example:8443/keys`;

/** An answer that is none, and what a provider must make of it. */
export type FailureRow = {
  readonly title: string;
  readonly reply: ScriptedReply;
  readonly code: ErrorCode;
  readonly details?: object;
};

function error(
  status: number,
  body: string | { readonly message: string; readonly code?: string; readonly type?: string },
  headers: Readonly<Record<string, string>> = {},
): ScriptedReply {
  return { status, headers: { ...json, ...headers }, body: JSON.stringify({ error: body }) };
}

const refusals: readonly FailureRow[] = [
  {
    title: "401 that repeats the key",
    reply: error(401, { message: echo, code: "invalid_api_key" }),
    code: "upstream_unauthorized",
    details: { upstreamStatus: 401, upstreamClass: "auth" },
  },
  {
    title: "401 with plain text",
    reply: { status: 401, body: `bad token ${contractKey}` },
    code: "upstream_unauthorized",
  },
  {
    title: "403",
    reply: error(403, "forbidden"),
    code: "upstream_unauthorized",
    details: { upstreamClass: "permission" },
  },
  {
    title: "403 with nothing",
    reply: { status: 403, body: "" },
    code: "upstream_unauthorized",
    details: { upstreamClass: "permission" },
  },
  {
    title: "400",
    reply: error(400, { message: `no such role, key ${contractKey}`, type: "invalid_request_error" }),
    code: "upstream_rejected",
    details: { upstreamStatus: 400 },
  },
  {
    title: "400 of a prompt that is too long",
    reply: error(400, { message: "too long", code: "context_length_exceeded" }),
    code: "context_length_exceeded",
  },
  {
    title: "400 of a prompt that a filter stopped",
    reply: error(400, { message: "filtered", code: "content_filter" }),
    code: "content_filtered",
  },
  {
    title: "422 with a list of fields",
    reply: {
      status: 422,
      headers: json,
      body: JSON.stringify({ detail: [{ loc: ["body", "seed"], msg: "extra inputs are not permitted" }] }),
    },
    code: "upstream_rejected",
  },
  {
    title: "404 of a model",
    reply: error(404, { message: "model 'x' not found", code: "model_not_found" }),
    code: "upstream_not_found",
    details: { upstreamClass: "model_not_found" },
  },
  {
    title: "404 of an address",
    reply: { status: 404, headers: plain, body: "404 page not found" },
    code: "upstream_not_found",
    details: { upstreamClass: "endpoint_not_found" },
  },
  {
    title: "405",
    reply: { status: 405, headers: plain, body: "method not allowed" },
    code: "upstream_not_found",
    details: { upstreamClass: "endpoint_not_found" },
  },
];

const limitations: readonly FailureRow[] = [
  {
    title: "429 with a hint",
    reply: error(429, { message: "slow down" }, { "retry-after": "7" }),
    code: "upstream_rate_limited",
    details: { retryAfterMs: 7_000 },
  },
  {
    title: "429 with a hint in milliseconds",
    reply: error(429, { message: "slow down" }, { "retry-after-ms": "1500" }),
    code: "upstream_rate_limited",
    details: { retryAfterMs: 1_500 },
  },
  {
    title: "429 of an empty account",
    reply: error(429, { message: "You exceeded your current quota", code: "insufficient_quota" }),
    code: "insufficient_quota",
  },
  { title: "402", reply: error(402, "insufficient credits"), code: "insufficient_quota" },
];

const outages: readonly FailureRow[] = [
  {
    title: "a refused connection",
    reply: { never: "refused" },
    code: "upstream_unavailable",
    details: { upstreamClass: "connect" },
  },
  { title: "408", reply: error(408, "timeout"), code: "upstream_timeout" },
  { title: "500", reply: error(500, { message: `trace ${echo}` }), code: "upstream_error" },
  { title: "500 with nothing", reply: { status: 500, body: "" }, code: "upstream_error" },
  {
    title: "500 with an error inside of a list",
    reply: { status: 500, headers: json, body: JSON.stringify([{ error: { code: 500, message: echo } }]) },
    code: "upstream_error",
  },
  {
    title: "500 with an error inside of an error",
    reply: error(500, JSON.stringify({ error: { message: "n_ctx", type: "exceed_context_size_error" } })),
    code: "context_length_exceeded",
  },
  {
    title: "502 with a web page",
    reply: { status: 502, headers: html, body: "<html><head><title>Bad Gateway</title></head></html>" },
    code: "upstream_error",
    details: { upstreamMessage: "a web page: Bad Gateway" },
  },
  {
    title: "502 with two megabytes",
    reply: { status: 502, headers: plain, body: `${contractKey} `.repeat(80_000) },
    code: "upstream_error",
  },
  { title: "503", reply: error(503, "server busy"), code: "upstream_unavailable" },
  {
    title: "503 of a model that loads",
    reply: error(503, { message: "Loading model" }),
    code: "upstream_unavailable",
    details: { upstreamClass: "loading" },
  },
  { title: "504", reply: error(504, "gateway timeout"), code: "upstream_timeout" },
];

const nonsense: readonly FailureRow[] = [
  {
    title: "200 with a web page",
    reply: { headers: html, body: "<!doctype html><title>Sign in</title>" },
    code: "upstream_invalid_response",
  },
  { title: "200 with nothing", reply: { headers: json, body: "" }, code: "upstream_invalid_response" },
  { title: "204", reply: { status: 204, body: "" }, code: "upstream_invalid_response" },
  { title: "200 with null", reply: { headers: json, body: "null" }, code: "upstream_invalid_response" },
  {
    title: "200 with an error",
    reply: { headers: json, body: JSON.stringify({ error: { message: echo, code: "server_error" } }) },
    code: "upstream_error",
  },
  {
    title: "a redirect",
    reply: { status: 307, headers: { location: "http://elsewhere.test/" }, body: "" },
    code: "upstream_redirect",
  },
];

/** The errors of any server that speaks HTTP and JSON; each may answer any call. */
export const failureTable: readonly FailureRow[] = [...refusals, ...limitations, ...outages, ...nonsense];
