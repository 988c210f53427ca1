import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Pool } from "undici";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/*
 * The floor of bar 1: what node:http and undici cost when nothing is checked, parsed or merged.
 * Argument: the origin of the upstream.
 */

const pool = new Pool(process.argv[2] ?? "", { connections: 128, pipelining: 1 });

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await pool.request({
    path: request.url ?? "/",
    method: "POST",
    headers: { "content-type": "application/json" },
    body: Buffer.concat(chunks),
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  response.writeHead(answer.statusCode, {
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
}

const server = createServer((request, response) => void relay(request, response));
answerControl();
server.listen(0, "127.0.0.1", () => announce(server.address()));
