import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import { findModelLimits, findModelRow } from "../catalog/query-catalog.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { Actor } from "../identity/actor.ts";
import type { ModelDetail } from "./model-detail.ts";
import type { ModelRecord } from "./model-record.ts";
import { withRecord } from "./writable-entry.ts";

/** One model as the actor may see it: its definition only for those who may write it. */
export function toModelDetail(
  ports: { readonly catalog: Pick<Catalog, "current">; readonly health: HealthBoard },
  actor: Actor,
  found: { readonly entry: CatalogEntry; readonly record: ModelRecord | undefined },
): ModelDetail {
  const snapshot = ports.catalog.current();
  const view = { snapshot, health: ports.health };
  const row = findModelRow(view, actor, found.entry.uid);
  const limits = findModelLimits(view, actor, found.entry.uid);
  // Decided again on the row that was fetched: it may be newer than the snapshot.
  const entry = found.record === undefined ? found.entry : withRecord(found.entry, found.record);
  if (row === undefined || limits === undefined || !snapshot.decide(actor.principal, "read", entry).allowed)
    throw unknownModel(found.entry.id);
  const mayWrite = snapshot.decide(actor.principal, "write", entry).allowed;
  const suggestions = found.record?.meta.suggestion_prompts ?? [];
  return {
    ...row,
    mayWrite,
    limits,
    suggestionPrompts: suggestions.map((suggestion) => suggestion.content),
    definition: mayWrite ? toDefinition(found.record) : null,
  };
}

function toDefinition(record: ModelRecord | undefined): ModelDetail["definition"] {
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
  const { params, paramModes, meta, access } = record;
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
