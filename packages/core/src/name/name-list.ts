import { z } from "zod";
import type { CatalogContents } from "../catalog/catalog-contents.ts";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { IndexedModel } from "../catalog/indexed-model.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { limits } from "../limits.ts";
import { publicNameKey } from "../model/model-id.ts";

export const nameStates = ["owned", "reserved", "shadowed"] as const;

export const nameQuerySchema = z.strictObject({
  /** In any part of the name, without case. */
  query: z.string().trim().max(limits.searchLength).optional(),
  state: z.array(z.enum(nameStates)).optional(),
  offset: z.int().min(0).max(1_000_000).default(0),
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
});
export type NameQuery = z.output<typeof nameQuerySchema>;

const ownerSchema = z.strictObject({
  kind: z.enum(["base", "custom", "alias"]),
  uid: z.string(),
  /** What it is called by. */
  id: z.string(),
});

export const nameRowSchema = z.strictObject({
  name: z.string(),
  /** `reserved`: its model is served nowhere. `shadowed`: the model asks for a name that another one has. */
  state: z.enum(nameStates),
  model: ownerSchema,
  /** Who has the name that a shadowed model asks for; `null` while nobody has. */
  owner: ownerSchema.nullable(),
  connections: z.array(z.strictObject({ uid: z.string(), name: z.string() })),
});
export type NameRow = z.output<typeof nameRowSchema>;

export const namePageSchema = z.strictObject({ rows: z.array(nameRowSchema), total: z.int() });
export type NamePage = z.output<typeof namePageSchema>;

/** Who bears which name, and who would like to. By name. */
export function listNames(snapshot: CatalogSnapshot, query: NameQuery): NamePage {
  const contents = contentsOf(snapshot);
  const text = query.query?.toLowerCase() ?? "";
  const rows = [...rowsOf(contents)]
    .filter(({ name, state }) => {
      return name.toLowerCase().includes(text) && (query.state?.includes(state) ?? true);
    })
    .toSorted(
      (left, right) => compareText(left.name, right.name) || compareText(left.model.uid, right.model.uid),
    );
  return { rows: rows.slice(query.offset, query.offset + query.limit), total: rows.length };
}

function* rowsOf(contents: CatalogContents): Generator<NameRow> {
  for (const model of contents.models.rows) if (model !== undefined) yield toRow(contents, model);
  for (const { uid, id } of contents.aliases.byUid.values()) {
    yield { name: id, state: "owned", model: { kind: "alias", uid, id }, owner: null, connections: [] };
  }
}

function toRow(contents: CatalogContents, { entry }: IndexedModel): NameRow {
  const model = toOwner(entry);
  if (entry.kind === "custom") {
    return { name: entry.id, state: "owned", model, owner: null, connections: [] };
  }
  const { base } = entry;
  const connections = base.placements.flatMap(
    ({ connectionUid }) => contents.connections.get(connectionUid) ?? [],
  );
  const ollama = connections[0]?.provider === "ollama";
  return {
    name: base.id,
    state: base.shadowed ? "shadowed" : isServed(entry) ? "owned" : "reserved",
    model,
    owner: base.shadowed ? findOwner(contents, publicNameKey(base.id, { ollama })) : null,
    connections: connections.map(({ uid, name }) => ({ uid, name })),
  };
}

/** Whether any endpoint lists it. */
export function isServed({ base }: Extract<CatalogEntry, { kind: "base" }>): boolean {
  return base.placements.some(({ missingSince }) => missingSince === null);
}

function findOwner({ models, aliases }: CatalogContents, key: string): NameRow["owner"] {
  const entry = models.rows[models.names.get(key) ?? -1]?.entry;
  if (entry !== undefined) return toOwner(entry);
  const alias = aliases.byUid.get(aliases.uidByKey.get(key) ?? "");
  return alias === undefined ? null : { kind: "alias", uid: alias.uid, id: alias.id };
}

function toOwner({ kind, uid, id }: CatalogEntry): NonNullable<NameRow["owner"]> {
  return { kind, uid, id };
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
