import type { Dialect } from "../faults/dialect.ts";
import { toJsonObject } from "../server/json-object.ts";

export const ollamaDialect: Dialect = {
  name: "ollama",
  format: "ndjson",
  listPaths: ["/api/tags", "/api/ps"],
  listKey: "models",
  idKeys: ["name", "model"],
  falseEnd: '{"done":true}\n{"error":"not one"}\ndata: [DONE]\n\n',
  errorBody: (_status, message) => ({ error: message }),
  mergeIntoEnd: (last, end) =>
    "message" in last
      ? { ...end, message: { ...toJsonObject(end["message"]), ...toJsonObject(last["message"]) } }
      : { ...end, response: last["response"] },
};
