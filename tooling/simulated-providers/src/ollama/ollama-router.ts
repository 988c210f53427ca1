import type { Answer } from "../server/answer.ts";
import { headerOf, type SimulatedRequest } from "../server/simulated-request.ts";
import { chat, generateText } from "./chat-routes.ts";
import { copy, create, headBlob, me, postBlob, remove } from "./create-routes.ts";
import { embed, embeddings } from "./embed-routes.ts";
import { ps, show, tags, version } from "./list-routes.ts";
import { hasFeature, type OllamaFeature } from "./ollama-version.ts";
import type { OllamaState } from "./ollama-state.ts";
import { ollamaEmpty, ollamaJson, ollamaText } from "./ollama-wire.ts";
import { pull, push } from "./transfer-routes.ts";

type Route = {
  methods: string[];
  path: string | RegExp;
  handle(state: OllamaState, request: SimulatedRequest): Answer | Promise<Answer>;
  /** Older versions do not know the path. */
  since?: OllamaFeature;
};

const alive = (): Answer => ({
  kind: "whole",
  status: 200,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "Ollama is running",
});

const blobPath = /^\/api\/blobs\/[^/]+$/;

const routes: Route[] = [
  { methods: ["GET", "HEAD"], path: "/", handle: alive },
  { methods: ["GET", "HEAD"], path: "/api/version", handle: version },
  { methods: ["GET"], path: "/api/status", handle: status, since: "status" },
  { methods: ["GET", "HEAD"], path: "/api/tags", handle: tags },
  { methods: ["GET"], path: "/api/ps", handle: ps, since: "ps" },
  { methods: ["POST"], path: "/api/show", handle: show },
  { methods: ["POST"], path: "/api/chat", handle: chat },
  { methods: ["POST"], path: "/api/generate", handle: generateText },
  { methods: ["POST"], path: "/api/embed", handle: embed, since: "embed" },
  { methods: ["POST"], path: "/api/embeddings", handle: embeddings },
  { methods: ["POST"], path: "/api/pull", handle: pull },
  { methods: ["POST"], path: "/api/push", handle: push },
  { methods: ["POST"], path: "/api/create", handle: create },
  { methods: ["POST"], path: "/api/copy", handle: copy },
  { methods: ["DELETE"], path: "/api/delete", handle: remove },
  { methods: ["HEAD"], path: blobPath, handle: headBlob },
  { methods: ["POST"], path: blobPath, handle: postBlob },
  { methods: ["POST"], path: "/api/me", handle: me },
];

/** Answers like a server bound to the loopback address: foreign hosts and origins get an empty 403. */
export function routeOllama(state: OllamaState, request: SimulatedRequest): Answer | Promise<Answer> {
  const origin = headerOf(request, "origin");
  if (!isAllowedHost(headerOf(request, "host")) || (origin !== undefined && !isAllowedOrigin(origin))) {
    return ollamaEmpty(403);
  }
  const known = routes.filter(
    ({ path, since }) =>
      (typeof path === "string" ? path === request.path : path.test(request.path)) &&
      (since === undefined || hasFeature(state.version, since)),
  );
  if (known.length === 0) return ollamaText(404, "404 page not found");
  const route = known.find(({ methods }) => methods.includes(request.method));
  return route ? route.handle(state, request) : ollamaText(405, "405 method not allowed");
}

function status({ cloud }: OllamaState): Answer {
  return ollamaJson({ cloud });
}

function isAllowedHost(host: string | undefined): boolean {
  const name = (host ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
  if (name === "" || name === "localhost" || name === "::1") return true;
  if (/\.(?:localhost|local|internal)$/.test(name)) return true;
  return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(name);
}

function isAllowedOrigin(origin: string): boolean {
  return /^(?:https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?|(?:app|file|tauri|vscode-webview|vscode-file):\/\/.*)$/.test(
    origin,
  );
}
