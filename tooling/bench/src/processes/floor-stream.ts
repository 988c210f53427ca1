import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Pool } from "undici";
import { announce } from "./announce.ts";
import { answerControl } from "./answer-control.ts";

/*
 * The floor of bars 3 and 4: bytes from undici to node:http as they come, nothing checked, parsed or changed.
 * Argument: the origin of the upstream.
 */

const pool = new Pool(process.argv[2] ?? "", {
  connections: 256,
  pipelining: 1,
  bodyTimeout: 0,
  headersTimeout: 0,
});

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  response.socket?.setNoDelay(true);
  await pool.stream(
    {
      path: request.url ?? "/",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: Buffer.concat(chunks),
    },
    ({ statusCode, headers }) => {
      response.writeHead(statusCode, { "content-type": String(headers["content-type"]) });
      return response;
    },
  );
}

const server = createServer((request, response) => void relay(request, response));
answerControl();
server.listen(0, "127.0.0.1", () => announce(server.address()));
