import { administrators, connectionReaders, readers, withoutLooking } from "../expectations.ts";
import { type Call, type Row } from "../row.ts";

const messages = [{ role: "user", content: "hi" }];
const ofTheModel = { people: "DDD HAAAA AH", keys: "ADAAHD A" };
const nowhere = "nowhere:1b";

const post = (path: string, body: unknown): Call => ({ method: "POST", path, body });

/** What changes something on a server is asked of one that is not there, or of a model that no server has. */
const changes = [
  ["POST", "/pull/:index", { model: nowhere }, "connection_not_found"],
  ["POST", "/create/:index", { model: "x", from: nowhere }, "connection_not_found"],
  ["POST", "/push", { model: nowhere }, "model_not_found"],
  ["POST", "/push/:index", { model: nowhere }, "model_not_found"],
  ["DELETE", "/push", { model: nowhere }, "model_not_found"],
  ["DELETE", "/push/:index", { model: nowhere }, "model_not_found"],
  ["POST", "/copy", { source: nowhere, destination: "x" }, "model_not_found"],
  ["POST", "/copy/:index", { source: nowhere, destination: "x" }, "model_not_found"],
  ["DELETE", "/delete", { model: nowhere }, "model_not_found"],
  ["DELETE", "/delete/:index", { model: nowhere }, "model_not_found"],
  ["POST", "/unload", { model: nowhere }, "model_not_found"],
  ["POST", "/pull", {}, "invalid_input"],
  ["POST", "/create", { from: nowhere }, "invalid_input"],
] as const;

export const rows: readonly Row[] = [
  { door: "GET /ollama/", ...withoutLooking, call: () => ({ path: "/ollama/" }) },
  { door: "GET /ollama/api/version", ...readers, call: () => ({ path: "/ollama/api/version" }) },
  { door: "GET /ollama/api/tags", ...readers, call: () => ({ path: "/ollama/api/tags" }) },
  { door: "GET /ollama/api/ps", ...readers, call: () => ({ path: "/ollama/api/ps" }) },
  {
    door: "GET /ollama/api/tags/:index",
    ...connectionReaders,
    call: () => ({ path: "/ollama/api/tags/99" }),
    allowed: "connection_not_found",
  },
  {
    door: "POST /ollama/api/show",
    ...ofTheModel,
    call: ({ model }) => post("/ollama/api/show", { model }),
  },
  {
    door: "POST /ollama/api/chat",
    ...ofTheModel,
    call: ({ model }) => post("/ollama/api/chat", { model, messages }),
  },
  {
    door: "POST /ollama/api/generate",
    ...ofTheModel,
    call: ({ model }) => post("/ollama/api/generate", { model, prompt: "hi" }),
  },
  {
    door: "POST /ollama/api/embed",
    ...ofTheModel,
    call: ({ model }) => post("/ollama/api/embed", { model, input: "hi" }),
  },
  {
    door: "POST /ollama/api/embeddings",
    ...ofTheModel,
    call: ({ model }) => post("/ollama/api/embeddings", { model, prompt: "hi" }),
  },
  ...changes.map(([method, path, body, allowed]): Row => ({
    door: `${method} /ollama/api${path}`,
    ...administrators,
    call: () => ({ method, path: `/ollama/api${path.replace(":index", "99")}`, body }),
    allowed,
  })),
  ...["/download", "/download/:index", "/upload", "/upload/:index"].map((path): Row => ({
    door: `POST /ollama/models${path}`,
    ...administrators,
    call: () => ({ method: "POST", path: `/ollama/models${path.replace(":index", "99")}` }),
    allowed: "not_implemented",
  })),
  {
    door: "POST /v1/completions",
    ...ofTheModel,
    call: ({ model }) => post("/v1/completions", { model, prompt: "hi" }),
  },
  ...["/api", "/api/v1", "/openai"].flatMap((mount): readonly Row[] => [
    {
      door: `POST ${mount}/chat/completions`,
      ...ofTheModel,
      call: ({ model }) => post(`${mount}/chat/completions`, { model, messages }),
    },
    {
      door: `POST ${mount}/embeddings`,
      ...ofTheModel,
      call: ({ model }) => post(`${mount}/embeddings`, { model, input: "hi" }),
    },
  ]),
];
