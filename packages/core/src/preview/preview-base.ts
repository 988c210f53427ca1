import { applyCatalogChanges } from "../catalog/apply-changes.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { isSameJson } from "../json-equality.ts";
import type { JsonValue } from "../json.ts";
import { resolveBase } from "../model/resolve-base.ts";
import { assertWritable, findWritable, recordUidOf, withRecord } from "../model/writable-entry.ts";
import type { BasePreview, CallPreview, PreviewBase, PreviewCall } from "./call-preview-schema.ts";
import { previewCall, type CallPreviewPorts } from "./preview-call.ts";

/** What is sent for a model, for those who may write it. @throws DomainError `model_not_found`, `access_denied`. */
export async function previewOwnCall(
  ports: CallPreviewPorts,
  actor: Actor,
  { id, params }: PreviewCall,
): Promise<CallPreview> {
  const snapshot = ports.catalog.current();
  return previewCall(ports, actor, { entry: findWritable(snapshot, actor, id), snapshot, params });
}

/**
 * What is sent for a custom model now, and what if it had another base.
 *
 * @throws DomainError `model_not_found`, `access_denied`, `kind_is_fixed`, and as an update for the base.
 */
export async function previewBase(
  ports: CallPreviewPorts,
  actor: Actor,
  { id, params, baseModelId }: PreviewBase,
): Promise<BasePreview> {
  const current = ports.catalog.current();
  const entry = findWritable(current, actor, id);
  const uid = recordUidOf(entry);
  if (entry.kind === "base" || uid === undefined) throw new DomainError("kind_is_fixed");
  const stored = await ports.unitOfWork.read(({ models }) => models.find(uid));
  if (stored?.kind !== "custom") throw unknownModel(id);
  // Decided again on what was read: it may be newer than the snapshot.
  assertWritable(current, actor, withRecord(entry, stored));
  const base = resolveBase(actor, { baseId: baseModelId, self: uid }, current);
  const record = { ...stored, ...base };
  const value = toCatalogRecord(record);
  const { revision } = current;
  const switched = applyCatalogChanges(current, { revision, changes: [{ kind: "record", uid, value }] });
  const before = await previewCall(ports, actor, { entry, snapshot: current, params, record: stored });
  const after = await previewCall(ports, actor, { entry, snapshot: switched, params, record });
  return {
    before,
    after,
    differences: compareJson([], before.candidates[0]?.body ?? null, after.candidates[0]?.body ?? null),
  };
}

type Difference = BasePreview["differences"][number];

/** The smallest parts that differ. Lists are compared whole: their items have no names. */
function compareJson(path: readonly string[], before: JsonValue, after: JsonValue): Difference[] {
  if (isSameJson(before, after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [{ path: [...path], before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => compareJson([...path, key], before[key] ?? null, after[key] ?? null));
}

function isPlain(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
