import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { FastifyInstance } from "fastify";
import { nameOf, type Row } from "./row.ts";

/** Where tRPC's procedures are served: who may call which is for their rows to say. */
const carriers = /^\w+ \/trpc\//u;
/** Fastify makes them of the routes for GET. */
const implied = new Set(["HEAD", "OPTIONS"]);

export type Routes = Disposable & { readonly found: ReadonlySet<string> };

/** Notes every route of every Fastify instance that is made from now on, as `GET /v1/models`. */
export function noteRoutes(): Routes {
  const found = new Set<string>();
  const onInstance = (message: unknown): void => {
    // safe: what Fastify publishes on its channel
    const { fastify } = message as { readonly fastify: FastifyInstance };
    fastify.addHook("onRoute", ({ method, url }) => {
      for (const one of [method].flat()) if (!implied.has(one)) found.add(`${one} ${url}`);
    });
  };
  subscribe("fastify.initialization", onInstance);
  return { found, [Symbol.dispose]: () => unsubscribe("fastify.initialization", onInstance) };
}

type AnyRouter = { readonly _def: { readonly procedures: object } };

/** What can be called, by procedure and by route. */
export function listDoors(router: AnyRouter, routes: ReadonlySet<string>): readonly string[] {
  const own = [...routes].filter((route) => !carriers.test(route));
  return [...Object.keys(router._def.procedures), ...own].toSorted();
}

/** What the table and the running server do not agree on, with what to do about it. */
export function findGaps(doors: readonly string[], rows: readonly Row[]): readonly string[] {
  const known = new Set(rows.map(({ door }) => door));
  const names = rows.map(nameOf);
  return [
    ...doors.filter((door) => !known.has(door)).map(explainMissingRow),
    ...[...known]
      .filter((door) => !doors.includes(door))
      .map((door) => `${door} has a row, but nothing answers there.`),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `"${name}" has two rows.`),
  ];
}

function explainMissingRow(door: string): string {
  const [method, path] = door.split(" ");
  const file = path === undefined ? `${door.split(".")[0]}.rows.ts` : "the file of its routes";
  const call =
    path === undefined
      ? `() => mutation("${door}", { … })`
      : `() => ({ method: "${method}", path: "${path}", body: { … } })`;
  return (
    `${door} has no row in the cross-user matrix. Add one to apps/server/test/matrix/rows/${file}: ` +
    `{ door: "${door}", ...signedInAdministrators, call: ${call} }, with who may call it chosen from expectations.ts ` +
    "or written out, one letter a column as in row.ts: A(llow), D(eny), H(ide)."
  );
}
