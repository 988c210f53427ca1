import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import { findModelLimits, findModelRow, findWritten } from "../catalog/query-catalog.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { Actor } from "../identity/actor.ts";
import type { ModelDetail } from "./model-detail.ts";
import type { ModelMeta } from "./model-meta.ts";
import type { ModelRecord } from "./model-record.ts";
import { findImageHash, toImageUrl } from "./profile-image.ts";
import { withRecord } from "./writable-entry.ts";

/** One model as the actor may see it: its definition only for those who may write it. */
export function toModelDetail(
  ports: { readonly catalog: Pick<Catalog, "current">; readonly health: HealthBoard },
  actor: Actor,
  found: {
    readonly entry: CatalogEntry;
    readonly record: ModelRecord | undefined;
    readonly resolved: ModelDetail["resolved"];
    /** The actor has just written this, and is told what it became even where they may not read it any more. */
    readonly isOwnWrite?: boolean;
  },
): ModelDetail {
  const snapshot = ports.catalog.current();
  const view = { snapshot, health: ports.health };
  const { uid } = found.entry;
  const { isOwnWrite = false } = found;
  const { row, limits } = isOwnWrite
    ? { ...findWritten(view, actor, uid) }
    : { row: findModelRow(view, actor, uid), limits: findModelLimits(view, actor, uid) };
  // Decided again on the row that was fetched: it may be newer than the snapshot.
  const entry = found.record === undefined ? found.entry : withRecord(found.entry, found.record);
  const mayRead = isOwnWrite || snapshot.decide(actor.principal, "read", entry).allowed;
  if (row === undefined || limits === undefined || !mayRead) throw unknownModel(found.entry.id);
  const mayWrite = snapshot.decide(actor.principal, "write", entry).allowed;
  const suggestions = found.record?.meta.suggestion_prompts ?? [];
  return {
    ...row,
    mayWrite,
    limits,
    suggestionPrompts: suggestions.map((suggestion) => suggestion.content),
    definition: mayWrite ? toDefinition(found.entry.uid, found.record) : null,
    resolved: mayWrite ? found.resolved : { ...found.resolved, params: null, withheld: 0 },
  };
}

/** What is stored about a model; for a base model without a record, that it has nothing of its own. */
export function toDefinition(
  uid: string,
  record: ModelRecord | undefined,
): NonNullable<ModelDetail["definition"]> {
  if (record === undefined) {
    return {
      params: {},
      paramModes: {},
      meta: {},
      access: { kind: "inherit" },
      baseAccess: null,
      baseId: null,
    };
  }
  const { params, paramModes, access } = record;
  const meta = withIssuedImage(uid, record.meta);
  const base =
    record.kind === "custom" ? { baseAccess: record.baseAccess.kind, baseId: record.baseId } : undefined;
  return {
    params,
    paramModes,
    meta,
    access,
    baseAccess: null,
    baseId: null,
    ...base,
  };
}

function withIssuedImage(uid: string, meta: ModelMeta): ModelMeta {
  const hash = findImageHash(meta.profile_image_url);
  return hash === undefined ? meta : { ...meta, profile_image_url: toImageUrl(uid, hash) };
}
