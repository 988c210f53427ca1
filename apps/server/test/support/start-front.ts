import { once } from "node:events";
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands between a client and the server, for one request: answers itself, loses the answer, or (`pass`) does nothing. */
export type FrontFault =
  | "pass"
  /** The server does its work, and nobody hears of it. */
  | "lose-answer"
  | "cut-answer"
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };

/** A proxy as operators have them, with their faults. */
export type Front = AsyncDisposable & {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** For the requests to come, one each; later ones pass. */
  fail(...faults: FrontFault[]): void;
};

export async function startFront(target: string): Promise<Front> {
  const asked: string[] = [];
  const planned: FrontFault[] = [];
  const server = createServer((request, response) => {
    asked.push(decodeURIComponent((request.url ?? "").split("?", 1)[0] ?? ""));
    const fault = planned.shift() ?? "pass";
    if (typeof fault === "object") {
      request.resume();
      response.writeHead(fault.status, fault.headers).end(fault.body);
    } else {
      pass(request, response, { target, fault });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    fail: (...faults) => void planned.push(...faults),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { target, fault }: { readonly target: string; readonly fault: FrontFault },
): void {
  const { method, url = "/", headers } = request;
  const upstream = ask(new URL(url, target), { method, headers: { ...headers, host: new URL(target).host } });
  upstream.once("response", (answer) => {
    if (fault === "lose-answer") {
      answer.resume().once("end", () => response.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (fault === "cut-answer")
      answer.once("data", (chunk: Buffer) => response.write(chunk, () => response.destroy()));
    else answer.pipe(response);
  });
  upstream.once("error", () => response.destroy());
  response.once("close", () => upstream.destroy());
  request.pipe(upstream);
}
