import type { JsonObject, JsonValue } from "@corral/core";
import { asObject } from "@corral/provider-kit";
import { serverKinds, type ListSign, type ServerKind } from "./quirks.ts";
import { quirksOf } from "./server-quirks.ts";

/** Enough to tell a server by its list. */
const sampleSize = 20;

/** The hosted service that an address belongs to; `undefined` for every other address. */
export function findKindByHost(baseUrl: string): ServerKind | undefined {
  const { hostname } = new URL(baseUrl);
  return serverKinds.find((kind) =>
    quirksOf(kind).hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`)),
  );
}

/** The server that gives itself away in its list of models; `undefined` when nothing does, e.g. for an empty list. */
export function findKindByList(entries: readonly JsonValue[]): ServerKind | undefined {
  const sample = entries.slice(0, sampleSize).map((entry) => asObject(entry) ?? {});
  if (sample.length === 0) return undefined;
  return serverKinds.find((kind) =>
    quirksOf(kind).signs.some((sign) => {
      const matches = (entry: JsonObject) => hasSign(entry, sign);
      return sign.someEntry === true ? sample.some(matches) : sample.every(matches);
    }),
  );
}

function hasSign(entry: JsonObject, { ownedBy, created, has = [], only, idStart }: ListSign): boolean {
  const id = entry["id"];
  return (
    (ownedBy === undefined || entry["owned_by"] === ownedBy) &&
    (created === undefined || entry["created"] === created) &&
    (idStart === undefined || (typeof id === "string" && id.startsWith(idStart))) &&
    has.every((path) => isThere(entry, path)) &&
    (only === undefined || Object.keys(entry).every((name) => name === "id" || only.includes(name)))
  );
}

function isThere(entry: JsonObject, path: string): boolean {
  let value: JsonValue | undefined = entry;
  for (const name of path.split(".")) value = asObject(value)?.[name];
  return value !== undefined && value !== null;
}
