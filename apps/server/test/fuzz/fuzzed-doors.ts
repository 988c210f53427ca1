import { appRouter } from "@corral/api";
import { z } from "zod";
import { createRestMounts } from "../../src/http/rest/rest-mounts.ts";
import type { RestRoute } from "../../src/http/rest/rest-route.ts";
import { listRows } from "../matrix/list-rows.ts";
import type { Row } from "../matrix/row.ts";
import type { JsonSchema } from "./from-schema.ts";

/** A procedure or a route, with what it says that it takes. */
export type FuzzedDoor = {
  readonly name: string;
  readonly kind: "query" | "mutation" | "subscription" | "route";
  readonly method: string;
  /** `/models/model`, with `:id` where a part of it is a parameter. */
  readonly path: string;
  readonly rows: readonly Row[];
  /** Of the body; of the input of a procedure, however it is sent. */
  readonly body: JsonSchema | undefined;
  readonly query: JsonSchema | undefined;
  readonly params: JsonSchema | undefined;
  /** Whether it promises to change nothing. */
  readonly isReading: boolean;
};

/** Of reads that change something. */
const writingGets = /signout|callback|\/auth\/sso\//u;

/** Every door that the cross-user matrix knows, which is every one there is. */
export async function listFuzzedDoors(): Promise<readonly FuzzedDoor[]> {
  const rows = Map.groupBy(await listRows(), ({ door }) => door);
  const routes = listRoutes();
  const doors = [...rows].map(([name, own]) =>
    name.includes(" ") ? toRoute(name, own, routes.get(name)) : toProcedure(name, own),
  );
  // what only reads goes first, while there is little to read
  return [...doors.filter(({ isReading }) => isReading), ...doors.filter(({ isReading }) => !isReading)];
}

function toRoute(name: string, rows: readonly Row[], route: RestRoute | undefined): FuzzedDoor {
  const [method = "", path = ""] = name.split(" ");
  return {
    name,
    kind: "route",
    method,
    path,
    rows,
    body: toJsonSchema(route?.body),
    query: toJsonSchema(route?.query),
    params: toJsonSchema(route?.params),
    isReading: method === "GET" && !writingGets.test(path),
  };
}

function listRoutes(): ReadonlyMap<string, RestRoute> {
  return new Map(
    createRestMounts().flatMap(({ prefix, routes }) =>
      routes.map((route) => [`${route.method} ${prefix}${route.path}`, route] as const),
    ),
  );
}

type Definition = {
  readonly type: "query" | "mutation" | "subscription";
  readonly inputs: readonly z.ZodType[];
};

function toProcedure(name: string, rows: readonly Row[]): FuzzedDoor {
  const procedures: Readonly<Record<string, unknown>> = appRouter._def.procedures;
  // safe: what tRPC itself goes by
  const { type, inputs } = (procedures[name] as { readonly _def: Definition })._def;
  return {
    name,
    kind: type,
    method: type === "mutation" ? "POST" : "GET",
    path: `/trpc/${name}`,
    rows,
    body: toJsonSchema(inputs[0]),
    query: undefined,
    params: undefined,
    isReading: type !== "mutation",
  };
}

function toJsonSchema(schema: z.ZodType | undefined): JsonSchema | undefined {
  if (schema === undefined) return undefined;
  // safe: a document of JSON Schema is an object
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}
