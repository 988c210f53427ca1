import type { ErrorCode } from "@corral/core";
import type { Fault } from "@corral/simulated-providers";
import type { Dialect } from "./provider-bench.ts";

/** A stream that breaks, and what it must end in. Rows D are OpenAI's events and Ollama's lines, rows A are Azure's events. */
export type DamagedStream = {
  readonly id: string;
  readonly dialect: Dialect;
  readonly what: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
  /** `cut`: the connection is closed inside of the HTTP body. Default: the body ends as it should. */
  readonly ending?: "cut";
  readonly code: ErrorCode;
};

const sse = "text/event-stream; charset=utf-8";
const ndjson = "application/x-ndjson";
const json = "application/json";

const events = (...values: readonly (object | string)[]): string =>
  values.map((value) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`).join("");
const chunk = (delta: object, rest: object = {}, index = 0): object => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_790_000_000,
  model: "sim-gpt-small",
  choices: [{ index, delta, finish_reason: null, ...rest }],
});
const hello = chunk({ role: "assistant", content: "Grüße" });
const document = {
  id: "chatcmpl-1",
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "Grüße" }, finish_reason: "stop" }],
};
const failure = { message: "the backend fell over", type: "server_error", param: null, code: null };
const event = events(chunk({ content: "界" }));

const lines = (...values: readonly object[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");
const line = (content: string, rest: object = {}): object => ({
  model: "llama3.2",
  created_at: "2026-08-21T09:30:00.123456789Z",
  message: { role: "assistant", content },
  done: false,
  ...rest,
});
const inner = { error: { code: 500, message: "llama-server chat error", type: "server_error" } };
const next = lines(line("界"));

/** The bytes up to the middle of the three that make 界. */
function halfCharacter(before: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array([...new TextEncoder().encode(before), ...bytes.subarray(0, bytes.indexOf(0xe7) + 1)]);
}

type Unnumbered = Omit<DamagedStream, "id">;
type Row = readonly [what: string, body: string | Uint8Array, code: ErrorCode];

const openaiRows: readonly Row[] = [
  ["no finish reason, no end marker", events(hello), "upstream_truncated"],
  ["no finish reason, but the end marker", events(hello, "[DONE]"), "upstream_truncated"],
  ["an error object as data", events(hello, { error: failure }), "upstream_error"],
  ["an error text as data", events(hello, { error: failure.message }), "upstream_error"],
  ["an event named error", `${events(hello)}event: error\n${events(failure)}`, "upstream_error"],
  ["a bare line with the error", `${events(hello)}${JSON.stringify({ error: failure })}\n`, "upstream_error"],
  ["an end inside of a character", halfCharacter(events(hello), event), "upstream_truncated"],
  ["an end inside of an event", events(hello) + event.slice(0, 40), "upstream_truncated"],
  [
    "an event that is not JSON",
    `${events(hello)}data: {"choices":[{]}\n\n${events(chunk({}, { finish_reason: "stop" }), "[DONE]")}`,
    "upstream_invalid_response",
  ],
];

const ollamaRows: readonly Row[] = [
  ["no line that is done", lines(line("Grüße"), line(" 世")), "upstream_truncated"],
  ["an answer that says it is not done", lines(line("Grüße", { done_reason: "stop" })), "upstream_truncated"],
  ["an error line after text", lines(line("Grüße"), { error: failure.message }), "upstream_error"],
  ["an error line in place of an answer", lines({ error: failure.message }), "upstream_error"],
  [
    "the error of the server inside, as text",
    lines(line("Grüße"), { error: JSON.stringify(inner) }),
    "upstream_error",
  ],
  ["an end inside of a character", halfCharacter(lines(line("Grüße")), next), "upstream_truncated"],
  ["an end inside of a line", lines(line("Grüße")) + next.slice(0, 40), "upstream_truncated"],
  [
    "a line that is not JSON",
    `${lines(line("Grüße"))}{"model":\n${lines(line("", { done: true, done_reason: "stop" }))}`,
    "upstream_invalid_response",
  ],
];

function rowsOf(dialect: Dialect, contentType: string, rows: readonly Row[]): Unnumbered[] {
  return rows.map(([what, body, code]) => ({ dialect, what, body, contentType, code }));
}

/** Whatever speaks OpenAI's protocol breaks in the same ways; `before` comes ahead of the events. */
function eventRows(dialect: Dialect, before = ""): Unnumbered[] {
  const events = rowsOf(dialect, sse, openaiRows);
  const cut: Unnumbered = {
    dialect,
    what: "a connection that is closed in the middle",
    body: events[0]?.body ?? "",
    contentType: sse,
    ending: "cut",
    code: "upstream_truncated",
  };
  return [
    ...[...events, cut].map((stream) => ({ ...stream, body: joined(before, stream.body) })),
    {
      dialect,
      what: "lines of JSON in place of events",
      body: lines(line("Grüße"), line("", { done: true })),
      contentType: sse,
      code: "upstream_invalid_response",
    },
    {
      dialect,
      what: "half of a document in place of events",
      body: JSON.stringify(document).slice(0, 100),
      contentType: json,
      code: "upstream_truncated",
    },
  ];
}

function joined(before: string, body: string | Uint8Array): string | Uint8Array {
  return typeof body === "string" ? before + body : Buffer.concat([Buffer.from(before), body]);
}

const lineRows: readonly Unnumbered[] = [
  ...rowsOf("ollama", ndjson, ollamaRows),
  {
    dialect: "ollama",
    what: "events in place of lines",
    body: events(line("Grüße"), line("", { done: true })),
    contentType: ndjson,
    code: "upstream_invalid_response",
  },
  {
    dialect: "ollama",
    what: "a connection that is closed in the middle",
    body: lines(line("Grüße")),
    contentType: ndjson,
    ending: "cut",
    code: "upstream_truncated",
  },
];

/** What Azure's filters say of the prompt before all else, and of text that was sent already. */
const nameless = { id: "", object: "", created: 0, model: "" };
const safe = { hate: { filtered: false, severity: "safe" } };
const promptResults = {
  ...nameless,
  choices: [],
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
};
const report = {
  ...nameless,
  choices: [{ index: 0, finish_reason: null, content_filter_results: safe, content_filter_offsets: {} }],
};
const filterRows: readonly Row[] = [
  ["a filter's report in place of the finish", events(promptResults, hello, report), "upstream_truncated"],
  ["nothing but what the filter says of the prompt", events(promptResults, "[DONE]"), "upstream_truncated"],
];

function numbered(letter: string, streams: readonly Unnumbered[]): DamagedStream[] {
  return streams.map((stream, at) => ({ ...stream, id: `${letter}${at + 1}` }));
}

/** The 22 of specification 1.3 and 2.4. */
export const damagedStreams = numbered("D", [...eventRows("openai"), ...lineRows]);

/** Those of OpenAI's protocol among what Azure's filters say, and two that only they can cause. */
export const damagedByAzure = numbered("A", [
  ...eventRows("azure", events(promptResults)),
  ...rowsOf("azure", sse, filterRows),
]);

/** The bytes on the wire. */
export function toFault({ body, contentType, ending }: DamagedStream): Fault {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n`;
  const size = `${bytes.length.toString(16)}\r\n`;
  return {
    kind: "script",
    steps: [
      { send: head + size },
      { send: bytes },
      { send: ending === "cut" ? "\r\n5\r\nda" : "\r\n0\r\n\r\n" },
      { end: "close" },
    ],
  };
}
