import type { Answer } from "../server/answer.ts";
import { isJsonObject, type JsonObject, toJsonObject, toList } from "../server/json-object.ts";
import type { FaultContext, FaultRow } from "./apply-fault.ts";
import type { Dialect } from "./dialect.ts";
import type { FaultKind } from "./fault.ts";

/** Ids no list should be trusted with, and values that are no ids at all; one good item stays in front. */
export const hostileIds: unknown[] = [
  "../../etc/passwd",
  "..",
  "..%2f..%2fadmin",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "",
  " ",
  "a\u0000b",
  "line\r\nbreak",
  "\u202Egnp.exe",
  "\uD800",
  "with space/and:colon@at%25",
  "x".repeat(10_240),
  42,
  null,
  {},
  ["array"],
];

/** Wrong model lists; other answers pass unchanged. */
export const listFaults = {
  "list-huge": (fault, context) =>
    rewriteList(context, (items) => {
      const [first = {}] = items;
      return Array.from({ length: fault.count ?? 100_000 }, (_, index) =>
        rename(first, `huge-model-${index}`, context.dialect),
      );
    }),
  "list-duplicates": (_, context) => rewriteList(context, (items) => [...items, ...items]),
  "list-hostile-ids": (_, context) =>
    rewriteList(context, (items) => {
      const [first = {}] = items;
      const hostile = hostileIds.map((id) => rename(first, id, context.dialect));
      return [...items.slice(0, 1), ...hostile, "not an object", null, 7];
    }),
  "list-shape": (fault, context) => {
    const { listKey, idKeys } = context.dialect;
    const shapes: { [shape in typeof fault.shape]: (items: JsonObject[]) => unknown } = {
      data: (items) => ({ object: "list", data: items }),
      models: (items) => ({ models: items }),
      array: (items) => items,
      null: () => ({ ...(listKey === "data" && { object: "list" }), [listKey]: null }),
      strings: (items) => ({ [listKey]: items.map((item) => item[idKeys[0] ?? "id"]) }),
    };
    return changeList(context, shapes[fault.shape]);
  },
} satisfies { [K in FaultKind]?: FaultRow<K> };

function rename(item: JsonObject, id: unknown, { idKeys }: Dialect): JsonObject {
  return { ...item, ...Object.fromEntries(idKeys.map((key) => [key, id])) };
}

function rewriteList(context: FaultContext, rewrite: (items: JsonObject[]) => unknown[]): Promise<Answer> {
  return changeList(context, (items, body) => {
    return Array.isArray(body)
      ? rewrite(items)
      : { ...toJsonObject(body), [context.dialect.listKey]: rewrite(items) };
  });
}

async function changeList(
  { request, dialect, handle }: FaultContext,
  change: (items: JsonObject[], body: unknown) => unknown,
): Promise<Answer> {
  const answer = await handle(request);
  if (answer.kind !== "whole" || !dialect.listPaths.includes(request.path)) return answer;
  const body: unknown = JSON.parse(Buffer.from(answer.body).toString("utf8"));
  const items = Array.isArray(body) ? body : toList(toJsonObject(body)[dialect.listKey]);
  return {
    ...answer,
    body: JSON.stringify(change(items.filter(isJsonObject), body)),
  };
}
