import { listAliasesOf, showAliases } from "../catalog/aliases-of.ts";
import { applyCatalogChanges } from "../catalog/apply-changes.ts";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { findReadable } from "../catalog/find-readable.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { isDomainError, type DomainError } from "../error/domain-error.ts";
import { errorSpec } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import { compareRecords, type FieldChange } from "../model/compare-records.ts";
import type { JudgedWrite } from "../model/judged-write.ts";
import type { UpdateModel } from "../model/model-input.ts";
import type { ModelPorts } from "../model/model-ports.ts";
import type { ModelRecord } from "../model/model-record.ts";
import { judgeUpdate } from "../model/update-model.ts";
import { findImageHash, toStoredImageUrl, unknownImage } from "../model/profile-image.ts";
import { recordUidOf, withRecord } from "../model/writable-entry.ts";
import { computeImpact, listReached } from "./compute-impact.ts";
import { listDependents } from "./list-dependents.ts";
import { readStates } from "./read-states.ts";
import { showImpact } from "./show-impact.ts";
import { createShowSource } from "./show-source.ts";
import type { UpdatePreview } from "./update-preview-schema.ts";

/**
 * What an update would do, without doing it: the same decision, and then the same catalog with the record that it
 * would store.
 *
 * @throws DomainError `model_not_found`, `access_denied` for what the actor may not change; other refusals are told in
 *   the answer.
 */
export async function previewUpdate(
  ports: ModelPorts,
  actor: Actor,
  input: UpdateModel,
): Promise<UpdatePreview> {
  const current = ports.catalog.current();
  const entry = findReadable(current, actor, input.id);
  const uid = recordUidOf(entry);
  const stored =
    uid === undefined ? undefined : await ports.unitOfWork.read(({ models }) => models.find(uid));
  const decided = decide(actor, { entry, stored, input }, current);
  if ("refusal" in decided) return toRefused(decided.refusal, stored);
  const record = await withStoredImage(decided.record);
  const unknown = await findUnknownImage(ports, { stored, record: decided.record });
  if (unknown !== undefined) return toRefused(unknown, stored);
  const before = stored === undefined ? current : withStored(current, stored);
  const after = withStored(before, record);
  const reached = listReached([{ snapshot: before }, { snapshot: after }], entry.uid);
  const states = await readStates(ports, { before, after, record, uids: reached.uids });
  const changes = compareRecords(stored ?? toEmptySettings(record), record);
  const appears = changes.some(isAppearance);
  const impact = computeImpact(states.before, states.after, reached);
  const shown = showImpact(appears ? withEdited(impact, entry.uid) : impact, {
    actor,
    before,
    after,
    editedUid: entry.uid,
    appears,
    showSource: createShowSource(after, actor),
  });
  return {
    refusal: null,
    revision: stored?.revision ?? null,
    changes: [...changes],
    ...shown,
    aliases: showAliases(
      listAliasesOf(before, new Set([entry.uid, ...impact.models.map(({ uid: one }) => one)])),
      actor,
    ),
    asks: stopsDependents(before, { entry, stored, record }) ? "hide_or_stop" : null,
  };
}

/** The picture by the name that it will have. */
async function withStoredImage(record: ModelRecord): Promise<ModelRecord> {
  const { profile_image_url: url } = record.meta;
  if (typeof url !== "string") return record;
  return { ...record, meta: { ...record.meta, profile_image_url: await toStoredImageUrl(url) } };
}

async function findUnknownImage(
  { unitOfWork }: ModelPorts,
  change: { readonly stored: ModelRecord | undefined; readonly record: ModelRecord },
): Promise<DomainError | undefined> {
  const hash = findImageHash(change.record.meta.profile_image_url);
  if (hash === undefined || hash === findImageHash(change.stored?.meta.profile_image_url)) return undefined;
  return (await unitOfWork.read(({ models }) => models.hasImage(hash))) ? undefined : unknownImage();
}

function decide(
  actor: Actor,
  change: {
    readonly entry: CatalogEntry;
    readonly stored: ModelRecord | undefined;
    readonly input: UpdateModel;
  },
  snapshot: CatalogSnapshot,
): { readonly record: ModelRecord } | { readonly refusal: DomainError } {
  const { entry, stored, input } = change;
  try {
    return { record: toRecord(judgeUpdate(actor, { stored, input }, { snapshot })) };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const current = stored === undefined ? entry : withRecord(entry, stored);
    // Whoever may not write learns no more than the update would tell.
    if (!snapshot.decide(actor.principal, "write", current).allowed) throw error;
    return { refusal: error };
  }
}

/** What would be stored. What the database gives to new settings, nothing here depends on. */
function toRecord(judged: JudgedWrite): ModelRecord {
  if (judged.kind === "delete") throw new TypeError("An update deletes nothing.");
  if (judged.kind !== "insert") return judged.record;
  const at = new Date(0).toISOString();
  return { ...judged.record, uid: `new ${judged.record.id}`, revision: 1, createdAt: at, updatedAt: at };
}

function toEmptySettings(record: ModelRecord): ModelRecord {
  const fields = { name: record.id, params: {}, paramModes: {}, meta: {}, isActive: true } as const;
  return { ...record, ...fields, access: { kind: "inherit" } };
}

function withStored(snapshot: CatalogSnapshot, record: ModelRecord): CatalogSnapshot {
  const value = toCatalogRecord(record);
  return applyCatalogChanges(snapshot, {
    revision: snapshot.revision,
    changes: [{ kind: "record", uid: record.uid, value }],
  });
}

/** What only shows: neither who may use the model nor what is sent depends on it. */
function isAppearance({ path: [field, key] }: FieldChange): boolean {
  return field === "name" || (field === "meta" && key !== "capabilities");
}

function withEdited(impact: ReturnType<typeof computeImpact>, uid: string): typeof impact {
  if (impact.models.some((model) => model.uid === uid)) return impact;
  const nobody = { gained: [], lost: [] };
  const edited = {
    uid,
    kinds: [],
    params: [],
    delegation: { before: "none", after: "none" },
    access: { readers: nobody, callers: nobody },
  } as const;
  return { ...impact, models: [edited, ...impact.models] };
}

function stopsDependents(
  snapshot: CatalogSnapshot,
  change: {
    readonly entry: CatalogEntry;
    readonly stored: ModelRecord | undefined;
    readonly record: ModelRecord;
  },
): boolean {
  const stops = (change.stored?.isActive ?? true) && !change.record.isActive;
  return stops && listDependents(snapshot, change.entry.uid).length > 0;
}

function toRefused(refusal: DomainError, stored: ModelRecord | undefined): UpdatePreview {
  const { code, message, details } = refusal;
  const issues = (details?.issues ?? []).map((issue) => ({ path: [...issue.path], message: issue.message }));
  return {
    refusal: { code, message, remedy: errorSpec(code).remedy, issues },
    revision: stored?.revision ?? null,
    changes: [],
    total: 0,
    models: [],
    hidden: 0,
    aliases: { named: [], hidden: 0 },
    people: { gaining: 0, losing: 0 },
    asks: null,
    complete: true,
  };
}
