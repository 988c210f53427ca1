import { connectionReaders, readers, signedInAdministrators } from "../expectations.ts";
import { type Row } from "../row.ts";

const nowhere = "http://127.0.0.1:9";

/** What writes is asked so that it changes nothing. */
const writes = [
  ["/openai/config/update", {}, "invalid_input"],
  ["/ollama/config/update", {}, "invalid_input"],
  ["/api/v1/configs/import", {}, "invalid_input"],
  ["/openai/verify", { url: nowhere, key: "" }, "upstream_unavailable"],
  ["/ollama/verify", { url: nowhere }, "upstream_unavailable"],
] as const;

export const rows: readonly Row[] = [
  ...["/openai/config", "/ollama/config", "/api/v1/configs/export"].map((path): Row => ({
    door: `GET ${path}`,
    ...connectionReaders,
    call: () => ({ path }),
  })),
  ...writes.map(([path, body, allowed]): Row => ({
    door: `POST ${path}`,
    ...signedInAdministrators,
    call: () => ({ method: "POST", path, body }),
    allowed,
  })),
  { door: "GET /openai/models", ...readers, call: () => ({ path: "/openai/models" }) },
  ...["/openai/models", "/ollama/api/version"].map((path): Row => ({
    door: `GET ${path}/:index`,
    ...connectionReaders,
    call: () => ({ path: `${path}/99` }),
    allowed: "connection_not_found",
  })),
];
