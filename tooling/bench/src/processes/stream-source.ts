import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { frameEveryMs, frameText, probeMark, streamFrames } from "../streams/stream-load.ts";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/*
 * The provider of bars 3 and 4, as cheap as it can be: frames on a fixed beat, by OpenAI's protocol and by Ollama's.
 * Each says when it was sent, so that whoever reads it knows how long it took. A probe gets one frame and the end.
 */

const created = 1_763_000_000;
const openaiHead = `{"id":"chatcmpl-BenchOfStreams0001","object":"chat.completion.chunk","created":${created},"model":"stream-base","service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,`;
const dialects = {
  openai: {
    type: "text/event-stream; charset=utf-8",
    frame: (text: string) =>
      `data: ${openaiHead}"delta":{"content":"${text}"},"logprobs":null,"finish_reason":null}]}\n\n`,
    end: `data: ${openaiHead}"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
  },
  ollama: {
    type: "application/x-ndjson",
    frame: (text: string) =>
      `{"model":"stream-base:latest","created_at":"2026-11-23T04:05:06.123456789Z","message":{"role":"assistant","content":"${text}"},"done":false}\n`,
    end: `{"model":"stream-base:latest","created_at":"2026-11-23T04:05:06.123456789Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":5000000000,"load_duration":1000000,"prompt_eval_count":26,"prompt_eval_duration":130000000,"eval_count":250,"eval_duration":4800000000}\n`,
  },
} as const;
type Dialect = (typeof dialects)[keyof typeof dialects];

type OpenStream = {
  readonly response: ServerResponse;
  readonly dialect: Dialect;
  readonly count: number;
  next: number;
  dueAt: number;
};

const open = new Set<OpenStream>();

/** Sends what is due; a stream that is behind gets one frame a turn, so that the source itself merges nothing. */
function beat(): void {
  const now = performance.now();
  for (const stream of open) {
    if (stream.dueAt > now) continue;
    stream.dueAt += frameEveryMs;
    sendNext(stream);
  }
}
setInterval(beat, 1);

function sendNext(stream: OpenStream): void {
  const { response, dialect, count } = stream;
  response.write(dialect.frame(frameText(stream.next, process.hrtime.bigint())));
  stream.next += 1;
  if (stream.next < count) return;
  open.delete(stream);
  response.end(dialect.end);
}

function startStream(response: ServerResponse, dialect: Dialect, body: string): void {
  response.writeHead(200, { "content-type": dialect.type });
  const isProbe = body.includes(probeMark);
  const stream = {
    response,
    dialect,
    count: isProbe ? 1 : streamFrames,
    next: 0,
    dueAt: performance.now() + frameEveryMs,
  };
  open.add(stream);
  response.once("close", () => open.delete(stream));
  sendNext(stream);
}

const documents: Readonly<Record<string, string>> = {
  "/v1/models":
    '{"object":"list","data":[{"id":"stream-base","object":"model","created":1,"owned_by":"bench"}]}',
  "/api/version": '{"version":"0.33.0"}',
  "/api/tags":
    '{"models":[{"name":"stream-base:latest","model":"stream-base:latest","modified_at":"2026-11-01T00:00:00Z","size":1,"digest":"0000000000000000000000000000000000000000000000000000000000000000","details":{"family":"llama"},"capabilities":["completion"]}]}',
  "/api/show": '{"capabilities":["completion"],"model_info":{},"details":{"family":"llama"}}',
  "/api/ps": '{"models":[]}',
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  if (request.url === "/v1/chat/completions") return startStream(response, dialects.openai, body);
  if (request.url === "/api/chat") return startStream(response, dialects.ollama, body);
  const document = documents[request.url ?? ""];
  response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(document ?? '{"error":"not found"}');
}

const server = createServer((request, response) => void answer(request, response));
server.on("connection", (socket: Socket) => socket.setNoDelay(true));
answerControl();
server.listen(0, "127.0.0.1", () => announce(server.address()));
