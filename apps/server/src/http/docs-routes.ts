import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { DomainError } from "@corral/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const { resolve } = createRequire(import.meta.url);
const config = { needsNoLease: true } as const;

/** What the page is made of: texts of ours, and files of the viewer's package, which are read when they are asked for. */
const parts: ReadonlyMap<string, { readonly type: string; readonly text?: string }> = new Map([
  [
    "",
    {
      type: "text/html",
      text: `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Corral: REST routes</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <noscript>This page needs JavaScript. It shows what <a href="/openapi.json">/openapi.json</a> says.</noscript>
    <main id="reference"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`,
    },
  ],
  [
    "start.js",
    {
      type: "text/javascript",
      // `validatorUrl`: else the page asks a server on the internet whether the description is valid
      text: `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "none",
  validatorUrl: null,
});
`,
    },
  ],
  ["swagger-ui.css", { type: "text/css" }],
  ["swagger-ui-bundle.js", { type: "text/javascript" }],
]);

/** `/docs`: the description of the REST routes, to read. */
export async function docsRoutes(app: FastifyInstance): Promise<void> {
  app.get("/docs", { config }, async (request, reply) => sendPart(request, reply, ""));
  app.get<{ Params: { part: string } }>("/docs/:part", { config }, async (request, reply) =>
    sendPart(request, reply, request.params.part),
  );
}

async function sendPart(request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> {
  const part = parts.get(name);
  if (part === undefined) throw new DomainError("route_not_found", `Nothing answers GET ${request.url}.`);
  reply.type(`${part.type}; charset=utf-8`).header("cache-control", "no-cache");
  if (part.text !== undefined) return reply.send(part.text);
  const path = resolve(`swagger-ui-dist/${name}`);
  const { size, mtimeMs } = await stat(path);
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  reply.header("etag", etag);
  if (request.headers["if-none-match"] === etag) return reply.status(304).send();
  return reply.header("content-length", size).send(createReadStream(path));
}
