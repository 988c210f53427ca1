import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { frameEveryMs, frameText, probeMark, streamFrames } from "../streams/stream-load.ts";
import { ollamaFrames, openaiFrames, type WireFrames } from "../streams/wire-frames.ts";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/*
 * The provider of bars 3 and 4, as cheap as it can be: frames on a fixed beat, by OpenAI's protocol and by Ollama's.
 * Each says when it was sent, so that whoever reads it knows how long it took. A probe gets one frame and the end.
 */

type OpenStream = {
  readonly response: ServerResponse;
  readonly wire: WireFrames;
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
  const { response, wire, count } = stream;
  response.write(wire.frame(frameText(stream.next, process.hrtime.bigint())));
  stream.next += 1;
  if (stream.next < count) return;
  open.delete(stream);
  response.end(wire.end);
}

function startStream(response: ServerResponse, wire: WireFrames, body: string): void {
  response.writeHead(200, { "content-type": wire.type });
  const isProbe = body.includes(probeMark);
  const stream = {
    response,
    wire,
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
  if (request.url === "/v1/chat/completions") return startStream(response, openaiFrames, body);
  if (request.url === "/api/chat") return startStream(response, ollamaFrames, body);
  const document = documents[request.url ?? ""];
  response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(document ?? '{"error":"not found"}');
}

const server = createServer((request, response) => void answer(request, response));
server.on("connection", (socket: Socket) => socket.setNoDelay(true));
answerControl();
server.listen(0, "127.0.0.1", () => announce(server.address()));
