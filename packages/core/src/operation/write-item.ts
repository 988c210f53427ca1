import { findReadable, mayKnow, unknownModel } from "../catalog/find-readable.ts";
import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import type { Repositories } from "../database/unit-of-work.ts";
import { isDomainError, type DomainError } from "../error/domain-error.ts";
import { errorCodes } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import { compareRecords } from "../model/compare-records.ts";
import { judgeCreate } from "../model/create-model.ts";
import { judgeDelete, listDependants } from "../model/delete-model.ts";
import { findKept, keptAction } from "../model/kept-action.ts";
import { storeWrite, type JudgedWrite } from "../model/judged-write.ts";
import { judgeUpdate } from "../model/update-model.ts";
import type { ModelPatch } from "../model/model-input.ts";
import type { ModelRecord } from "../model/model-record.ts";
import { recordUidOf } from "../model/writable-entry.ts";
import { toPatch } from "./bulk-change.ts";
import { judgeRevert } from "./judge-revert.ts";
import { nameOf, type ItemResult, type ItemWrite } from "./item-write.ts";
import type { WorkingCatalog } from "./working-catalog.ts";

/** What one item is written with. */
export type ItemContext = {
  readonly repositories: Pick<Repositories, "aliases" | "models">;
  readonly working: WorkingCatalog;
  readonly actor: Actor;
  /** Whether a base may be absent, as in an import by an administrator. */
  readonly mayMissBase: boolean;
};

/**
 * Judges one item and stores it. What refuses the item is its result; only what would refuse any other item too, such
 * as a database that is gone, is thrown.
 */
export async function writeItem(context: ItemContext, item: ItemWrite): Promise<ItemResult> {
  try {
    const { judged, dependants, isUnseen } = await judgeItem(context, item);
    const stored = await storeWrite(context.repositories, judged);
    await noteWrite(context, { judged, stored, dependants });
    const result = toResult(item, judged, stored);
    return isUnseen === true ? { ...result, notes: [] } : result;
  } catch (error) {
    if (!isDomainError(error) || errorCodes[error.code].status >= 500) throw error;
    return toFailure(item, error);
  }
}

type Judgement = {
  readonly judged: JudgedWrite;
  /** Uids of what was built on a record that goes. */
  readonly dependants: readonly string[];
  /** By an administrator who may not read the model: they are told what they did, and nothing else of it. */
  readonly isUnseen?: boolean;
};

async function judgeItem(context: ItemContext, item: ItemWrite): Promise<Judgement> {
  const { actor, working, repositories, mayMissBase } = context;
  switch (item.kind) {
    case "create":
      return {
        judged: judgeCreate(actor, item.input, {
          snapshot: working.snapshot(),
          mayMissBase,
          ownerId: item.ownerId,
        }),
        dependants: [],
      };
    case "update": {
      const { id } = item.input;
      const entry = findReadable(working.snapshotFor(id), actor, id);
      return { judged: judgePatch(context, { id, entry }, () => item.input), dependants: [] };
    }
    case "change": {
      const { id, change } = item;
      const snapshot = working.snapshotFor(id);
      const entry = findKept(snapshot, actor, { id, action: keptAction(change) });
      const judged = judgePatch(context, { id, entry }, (stored) => toPatch(id, stored, change));
      return { judged, dependants: [], isUnseen: !mayKnow(snapshot, actor, entry) };
    }
    case "revert": {
      const { uid } = item.change;
      const snapshot = working.snapshot();
      const entry = snapshot.findByUid(uid);
      const dependants = entry && (await listDependants(repositories, entry));
      const scene = { snapshot, entry, stored: working.findRecord(uid), dependants };
      return { judged: judgeRevert(actor, item.change, scene), dependants: [] };
    }
    case "delete": {
      const snapshot = working.snapshot();
      const entry = findReadable(snapshot, actor, item.id);
      const stored = findStored(working, entry);
      const dependants = await listDependants(repositories, entry);
      const judged = judgeDelete(actor, { entry, stored, dependants, force: item.force }, snapshot);
      return { judged, dependants: dependants.records.map(({ uid }) => uid) };
    }
  }
}

function judgePatch(
  { actor, working, mayMissBase }: ItemContext,
  { id, entry }: { readonly id: string; readonly entry: CatalogEntry },
  toInput: (stored: ModelRecord | undefined) => ModelPatch,
): JudgedWrite {
  const stored = findStored(working, entry);
  if (stored === undefined && recordUidOf(entry) !== undefined) throw unknownModel(id);
  const input = toInput(stored);
  const namesBase = input.baseModelId !== undefined && input.baseModelId !== null;
  const snapshot = namesBase ? working.snapshot() : working.snapshotFor(id);
  const revision = input.revision ?? stored?.revision;
  const patch = revision === undefined ? input : { ...input, revision };
  return judgeUpdate(actor, { stored, input: patch }, { snapshot, mayMissBase });
}

function findStored(working: WorkingCatalog, entry: CatalogEntry): ModelRecord | undefined {
  const uid = recordUidOf(entry);
  return uid === undefined ? undefined : working.findRecord(uid);
}

/** The items after this one see what it did, also to others. */
async function noteWrite(
  { working, repositories }: ItemContext,
  write: Judgement & { readonly stored: ModelRecord | undefined },
): Promise<void> {
  const { judged, stored, dependants } = write;
  if (judged.kind === "delete") working.remove(judged.before);
  else if (judged.kind !== "none" && stored !== undefined) working.put(stored);
  if (dependants.length === 0) return;
  for (const record of await repositories.models.findMany(dependants)) working.put(record);
}

const outcomeOf = { insert: "created", update: "updated", delete: "deleted", none: "unchanged" } as const;

function toResult(item: ItemWrite, judged: JudgedWrite, stored: ModelRecord | undefined): ItemResult {
  return {
    id: nameOf(item),
    uid: stored?.uid ?? (judged.kind === "delete" ? judged.before.uid : null),
    outcome: outcomeOf[judged.kind],
    error: null,
    notes:
      stored?.kind === "custom" && stored.base === null && judged.kind !== "none"
        ? [`The base model "${stored.baseId}" is not here; calls answer once it is chosen anew.`]
        : [],
    changes: judged.kind === "update" && stored !== undefined ? compareRecords(judged.before, stored) : [],
  };
}

function toFailure(item: ItemWrite, { code, message, details }: DomainError): ItemResult {
  const { status } = errorCodes[code];
  const issues = details?.issues;
  return {
    // Of what the actor may not see, not even the name.
    id: item.kind === "revert" && code === "model_not_found" ? item.change.uid : nameOf(item),
    uid: null,
    outcome: status === 403 ? "forbidden" : status === 409 ? "conflict" : "invalid",
    error: { code, message, ...(issues && { issues }) },
    notes: [],
    changes: [],
  };
}
