import type { AccessControl } from "@corral/access-control";
import { publicNameKey } from "../model/model-id.ts";
import type { CatalogEntry } from "./catalog-snapshot.ts";
import type { CatalogConnection } from "./catalog-state.ts";

export type BaseEntry = Extract<CatalogEntry, { kind: "base" }>;
export type CustomEntry = Extract<CatalogEntry, { kind: "custom" }>;

/** An entry with what lists need of it, computed once. */
export type IndexedModel<E extends CatalogEntry = CatalogEntry> = {
  readonly slot: number;
  readonly entry: E;
  readonly name: string;
  /** Key under which the public name is found; `undefined` for a shadowed base. */
  readonly nameKey: string | undefined;
  /** `<slug>/<name>` of a shadowed base, one for each connection. */
  readonly pathKeys: readonly string[];
  /** What a text search looks at, in lower case. */
  readonly searchText: string;
  /** In lower case. */
  readonly tags: readonly string[];
  readonly hidden: boolean;
  /** Listed only to those who may write it: deactivated, or without a name of its own. */
  readonly forWriters: boolean;
  readonly isActive: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
};

const none: readonly never[] = [];

/** The public name of a base: a shadowed one is called through its connection. */
export function baseEntryId(base: BaseEntry["base"], connections: readonly CatalogConnection[]): string {
  return base.shadowed ? `${waysTo(base, connections)[0]}/${base.id}` : base.id;
}

/** What may stand before the name of a shadowed base. On no connection any more, it is still to be found by somebody. */
function waysTo(
  base: BaseEntry["base"],
  connections: readonly CatalogConnection[],
): readonly [string, ...string[]] {
  const [first, ...others] = connections.map(({ slug }) => slug);
  return first === undefined ? [base.uid] : [first, ...others];
}

/** @param connections Those of the placements of a base, in the configured order. */
export function indexModel(
  slot: number,
  entry: CatalogEntry,
  connections: readonly CatalogConnection[],
): IndexedModel {
  const record = entry.kind === "base" ? entry.override : entry.record;
  const base = entry.kind === "base" ? entry.base : undefined;
  const key = publicNameKey(base?.id ?? entry.id, { ollama: connections[0]?.provider === "ollama" });
  const shadowed = base?.shadowed === true;
  const name = record?.name ?? entry.id;
  const isActive = record?.isActive ?? true;
  const tags = record?.tags ?? none;
  return {
    slot,
    entry,
    name,
    nameKey: shadowed ? undefined : key,
    pathKeys: base?.shadowed === true ? waysTo(base, connections).map((way) => `${way}/${key}`) : none,
    searchText: `${name}\n${entry.id}\n${record?.description ?? ""}`.toLowerCase(),
    tags: toLowerCase(tags),
    hidden: record?.hidden ?? false,
    forWriters: shadowed || !isActive,
    isActive,
    createdMs: toMs(createdAt(entry)),
    updatedMs: toMs(updatedAt(entry)),
  };
}

/** The very list where nothing has to be changed: most are in lower case, and shared by many models. */
function toLowerCase(texts: readonly string[]): readonly string[] {
  const lower = texts.map((text) => text.toLowerCase());
  return lower.every((text, at) => text === texts[at]) ? texts : lower;
}

/** Since when the model is there, ISO 8601. */
export function createdAt(entry: CatalogEntry): string {
  return entry.kind === "base" ? entry.base.firstSeenAt : entry.record.createdAt;
}

/** Last change of the record, and for a base of its placements and facts too, ISO 8601. */
export function updatedAt(entry: CatalogEntry): string {
  if (entry.kind === "custom") return entry.record.updatedAt;
  const { base, override } = entry;
  if (override === null) return base.changedAt;
  return toMs(override.updatedAt) > toMs(base.changedAt) ? override.updatedAt : base.changedAt;
}

// An unreadable time must not become NaN, which has no place in an order.
function toMs(time: string): number {
  return Date.parse(time) || 0;
}

/**
 * The keys under which the readers of a model find it: `public`, one for each user and group that may read, one for
 * each connection whose default visibility counts.
 */
export function readerKeys(entry: CatalogEntry): readonly string[] {
  if (entry.kind === "custom") {
    const { access, ownerId } = entry.record;
    const keys = grantKeys(access);
    return ownerId === null ? keys : [...new Set([...keys, readerKey.user(ownerId)])];
  }
  const access = entry.override?.access ?? { kind: "inherit" };
  if (access.kind !== "inherit") return grantKeys(access);
  return [...new Set(entry.base.placements.map((place) => readerKey.connection(place.connectionUid)))];
}

export const readerKey = {
  everyone: "public",
  user: (id: string) => `u:${id}`,
  group: (id: string) => `g:${id}`,
  connection: (uid: string) => `c:${uid}`,
} as const;

function grantKeys(access: AccessControl): readonly string[] {
  if (access.kind === "public") return [readerKey.everyone];
  if (access.kind !== "restricted") return none;
  const { read, write } = access;
  return [
    ...new Set([
      ...[...read.userIds, ...write.userIds].map(readerKey.user),
      ...[...read.groupIds, ...write.groupIds].map(readerKey.group),
    ]),
  ];
}
