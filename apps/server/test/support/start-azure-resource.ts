import { once } from "node:events";
import { createServer, request as call, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { startSimulatedOpenAI } from "@corral/simulated-providers";

type Asked = { readonly url: string; readonly headers: IncomingMessage["headers"] };

/** The data plane of an Azure OpenAI resource: Azure's paths and credentials before the simulated models. */
export interface AzureResource extends AsyncDisposable {
  readonly url: string;
  /** Every request, in order. */
  readonly asked: Asked[];
  /** Who is let in, by the value of `api-key` or the token. */
  letsIn: (shown: string) => boolean;
}

/** @param deployments Also the names of the models behind. */
export async function startAzureResource(deployments: readonly string[]): Promise<AzureResource> {
  await using starting = new AsyncDisposableStack();
  const models = starting.use(
    await startSimulatedOpenAI({
      models: [...deployments],
      reply: () => ({ text: ["Hel", "lo, ", "Azure"] }),
    }),
  );
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { url = "", headers } = request;
    asked.push({ url, headers });
    const shown = String(headers["api-key"] ?? headers.authorization?.replace("Bearer ", ""));
    if (!resource.letsIn(shown)) return refuse(response, 401, `Access denied due to invalid key ${shown}.`);
    const path = /^\/openai(?:\/v1|\/deployments\/[\w.-]+)?(\/[^?]+)/u.exec(url)?.[1];
    if (path === undefined) return refuse(response, 404, "Resource not found");
    forward(request, response, models.baseUrl + path);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  starting.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  // safe: a listening TCP server has such an address
  const { port } = server.address() as AddressInfo;
  const resource = { url: `http://127.0.0.1:${port}`, asked, letsIn: (_shown: string) => false };
  const resources = starting.move();
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resources.disposeAsync() });
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { code: String(status), message } }));
}

function forward(request: IncomingMessage, response: ServerResponse, url: string): void {
  const { method = "GET", headers } = request;
  const onward = call(
    url,
    { method, headers: { "content-type": headers["content-type"] ?? "" } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}
