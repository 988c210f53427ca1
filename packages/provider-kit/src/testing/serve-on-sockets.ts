import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Chunking, ScriptedReply, ServeScript } from "@corral/core/testing";
import type { HttpTransport } from "../transport/http-transport.ts";

/**
 * Runs the scripts of the provider contract on a real HTTP server at a free loopback port, for Node. Each piece of a
 * body is a write of its own; `reset` closes the connection without ending the body.
 *
 * @param makeTransport The transport to prove, for the server's address.
 */
export function serveOnSockets(makeTransport: (url: string) => HttpTransport): ServeScript {
  return async (script, chunking) => {
    const requests: Parameters<typeof script>[0][] = [];
    const arrived = Promise.withResolvers<void>();
    const abandoned = Promise.withResolvers<void>();
    const server = createServer((incoming, response) => {
      response.once("close", () => {
        if (!response.writableFinished) abandoned.resolve();
      });
      void readText(incoming).then((body) => {
        const seen = {
          method: incoming.method ?? "",
          path: incoming.url ?? "",
          headers: flatHeaders(incoming),
          body,
        };
        requests.push(seen);
        arrived.resolve();
        return answer(response, script(seen), chunking);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // safe: a listening TCP server has such an address
    const { port } = server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}`;
    return {
      baseUrl,
      transport: makeTransport(baseUrl),
      requests,
      arrived: arrived.promise,
      abandoned: abandoned.promise,
      stop: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };
}

async function answer(response: ServerResponse, reply: ScriptedReply, chunking: Chunking): Promise<void> {
  if ("never" in reply) {
    if (reply.never === "refused") response.socket?.destroy();
    return;
  }
  response.writeHead(reply.status ?? 200, reply.headers ?? {});
  response.flushHeaders();
  const body = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : reply.body;
  for (const piece of chunking(body)) {
    if (response.destroyed) return;
    await new Promise((resolve) => response.write(piece, resolve));
  }
  if (reply.ending === "reset") response.socket?.destroySoon();
  else if (reply.ending !== "silent") response.end();
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += String(chunk);
  return text;
}

function flatHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
}
