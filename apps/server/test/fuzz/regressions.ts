import type { ErrorCode } from "@corral/core";
import type { RawRequest } from "../support/raw-request.ts";
import type { Objects } from "../matrix/row.ts";

/** An input that was answered wrongly once, and what it is told since. */
export type Regression = {
  readonly what: string;
  /** As registered, as in the matrix. */
  readonly door: string;
  /** Who sends it; absent: an administrator. */
  readonly as?: "owner" | "directory";
  readonly request: (objects: Objects) => RawRequest;
  readonly status: number;
  readonly code?: ErrorCode;
};

const json = { "content-type": "application/json" };

function mutation(path: string, input: unknown): RawRequest {
  return { method: "POST", path: `/trpc/${path}`, headers: json, body: JSON.stringify(input) };
}

function auditFrom(from: string): RawRequest {
  const input = encodeURIComponent(JSON.stringify({ from }));
  return { method: "GET", path: `/trpc/audit.list?input=${input}` };
}

export const regressions: readonly Regression[] = [
  {
    what: "a change of a key that changes nothing was a 500",
    door: "keys.update",
    as: "owner",
    request: ({ key }) => mutation("keys.update", { id: key }),
    status: 200,
  },
  {
    what: "a NUL in an address was told as a database that does not answer",
    door: "GET /api/v1/users/search",
    request: () => ({ method: "GET", path: "/api/v1/users/search?query=nul%00in" }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a model that the chosen server does not have was a 502",
    door: "ollama.load",
    request: ({ connection }) => mutation("ollama.load", { connectionUid: connection, model: "nowhere:1b" }),
    status: 404,
    code: "model_not_found",
  },
  {
    what: "a model name that cannot be one was noted as pulled",
    door: "POST /ollama/api/pull",
    request: () => ({
      method: "POST",
      path: "/ollama/api/pull",
      headers: json,
      body: '{"model":"two words"}',
    }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a time to keep a model that is none was noted as loaded",
    door: "ollama.load",
    request: ({ connection }) =>
      mutation("ollama.load", { connectionUid: connection, model: "open-base:7b", keepAlive: 1e308 }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a context that no model has was noted as loaded",
    door: "ollama.load",
    request: ({ connection }) =>
      mutation("ollama.load", { connectionUid: connection, model: "open-base:7b", contextLength: 2 }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a call that answers with a stream was carried out and then refused to whoever takes none",
    door: "ollama.push",
    request: ({ connection }) =>
      mutation("ollama.push", { connectionUid: connection, model: "open-base:7b" }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a pull that there is not was noted as cancelled",
    door: "ollama.cancelPull",
    request: ({ connection }) => mutation("ollama.cancelPull", { connectionUid: connection, id: "none" }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a revision beyond 32 bits was a 500",
    door: "models.undo",
    request: ({ modelUid }) => mutation("models.undo", { uid: modelUid, revision: Number.MAX_SAFE_INTEGER }),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a type that no route reads was not documented where none is wanted",
    door: "POST /ollama/models/download",
    request: () => ({
      method: "POST",
      path: "/ollama/models/download",
      headers: { "content-type": "x" },
      body: "x",
    }),
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "a year that is none was a 500",
    door: "audit.list",
    request: () => auditFrom("0000-01-01T00:00:00Z"),
    status: 400,
    code: "invalid_input",
  },
  {
    what: "a time zone further off than any was a 500",
    door: "audit.list",
    request: () => auditFrom("2026-01-01T00:00:00+23:59"),
    status: 200,
  },
  {
    what: "an end after the last year that has four digits was a 500",
    door: "models.deprecate",
    request: () =>
      mutation("models.deprecate", { id: "open-base:7b", retiresAt: "9999-12-31T23:59:59-01:00" }),
    status: 400,
    code: "invalid_input",
  },
];
