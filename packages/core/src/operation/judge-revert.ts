import { decideAdministration, hasPermission } from "@corral/access-control";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import { isSameJson } from "../json-equality.ts";
import { judgeDelete, type Dependants } from "../model/delete-model.ts";
import { toUpdate, type JudgedWrite } from "../model/judged-write.ts";
import { assertMayShare } from "../model/judge-sharing.ts";
import type { CustomRecord, ModelRecord, OverrideRecord } from "../model/model-record.ts";
import type { NewModelRecord, RecordChange } from "../model/model-repository.ts";
import { resolveBase, toMissingBase, type ResolvedBase } from "../model/resolve-base.ts";
import { toRestoringFields, withoutTheGone } from "../model/restore-model.ts";
import { judgeUpdate } from "../model/update-model.ts";

/** What a revert is judged on: the record as it is now, and what is built on it. */
export type RevertScene = {
  readonly snapshot: CatalogSnapshot;
  readonly stored: ModelRecord | undefined;
  readonly entry: CatalogEntry | undefined;
  readonly dependants: Dependants | undefined;
};

/**
 * Decides to take a write back, as the actor's own patch of the difference. Whoever may not make that patch cannot undo
 * either, and what has changed since stays.
 *
 * @throws DomainError `revision_conflict` for what has changed since, and as the patch.
 */
export function judgeRevert(actor: Actor, change: RecordChange, scene: RevertScene): JudgedWrite {
  const { before, after } = change;
  assertMaySee(actor, change, scene);
  if (after === null) return before === null ? nothingHappened(change) : judgeReturn(actor, before, scene);
  const stored = assertUntouched(after, scene.stored);
  if (before !== null) return judgePatchBack(actor, { stored, before }, scene.snapshot);
  const { entry, dependants } = scene;
  if (entry === undefined || dependants === undefined) throw unknownModel(stored.uid);
  // Without its override the model is again what it was, which whoever undoes the override's making has asked for.
  const force = entry.kind === "base";
  return judgeDelete(actor, { entry, stored, dependants, force }, scene.snapshot);
}

/** Whoever may not see the record does not learn its name, nor what has become of it. */
function assertMaySee(actor: Actor, { uid, before, after }: RecordChange, scene: RevertScene): void {
  const { principal, credential } = actor;
  const known = scene.stored ?? before ?? after;
  const record = known === null ? undefined : toCatalogRecord(known);
  if (record?.kind === "custom") {
    const entry = { kind: "custom", uid, id: record.id, record } as const;
    if (!mayName(credential, entry)) throw unknownModel(uid);
    if (scene.snapshot.decide(principal, "read", entry).allowed) return;
    const subject = { kind: "custom", ownerId: record.ownerId, access: record.access } as const;
    if (decideAdministration(principal, "delete", subject).allowed) return;
  } else if (record !== undefined) {
    const entry = scene.snapshot.findByUid(record.baseUid);
    const isNamed = entry !== undefined && mayName(credential, entry);
    if (isNamed && scene.snapshot.decide(principal, "read", entry).allowed) return;
  }
  throw unknownModel(uid);
}

function nothingHappened({ uid }: RecordChange): never {
  throw new DomainError("version_not_found", `Nothing of the record ${uid} is left to take back.`);
}

function assertUntouched(after: ModelRecord, stored: ModelRecord | undefined): ModelRecord {
  if (stored?.revision === after.revision) return stored;
  const now = stored === undefined ? "was deleted" : `is at revision ${stored.revision}`;
  throw new DomainError(
    "revision_conflict",
    `"${after.id}" ${now}; what is to be undone made revision ${after.revision}.`,
  );
}

function judgePatchBack(
  actor: Actor,
  { stored, before }: { readonly stored: ModelRecord; readonly before: ModelRecord },
  snapshot: CatalogSnapshot,
): JudgedWrite {
  const { id, revision } = stored;
  const isTransfer =
    stored.kind === "custom" && before.kind === "custom" && stored.ownerId !== before.ownerId;
  const fields = toRestoringFields(snapshot, stored, before);
  const input = { ...fields, id, revision, ...(isTransfer && { ownerId: before.ownerId }) };
  const judged = judgeUpdate(actor, { stored, input }, { snapshot });
  if (stored.kind !== "custom" || before.kind !== "custom" || isSameJson(stored.base, before.base))
    return judged;
  const base = returnToBase(actor, before, snapshot);
  // safe: an update keeps the kind of its record
  const record = (judged.kind === "update" ? judged.record : stored) as CustomRecord;
  return toUpdate(stored, { ...record, ...base, ...withVouchOf(before, base) });
}

/** Undoing must not vouch for an edge that nobody had vouched for. */
function withVouchOf(before: CustomRecord, { baseAccess }: Pick<CustomRecord, "baseAccess">) {
  return { baseAccess: baseAccess.kind === "delegate" ? before.baseAccess : baseAccess };
}

/** A deleted record comes back under its own uid. */
function judgeReturn(actor: Actor, before: ModelRecord, scene: RevertScene): JudgedWrite {
  const { snapshot, stored } = scene;
  if (stored !== undefined) {
    throw new DomainError("revision_conflict", `"${stored.id}" is there again already.`);
  }
  const { uid, createdAt, revision } = before;
  const record =
    before.kind === "custom" ? toCustom(actor, before, snapshot) : toOverride(actor, before, snapshot);
  const createdBy =
    before.createdBy !== null && snapshot.findUser(before.createdBy) ? before.createdBy : null;
  return {
    kind: "insert",
    record: { ...record, createdBy },
    identity: { uid, createdAt, revision: revision + 1 },
  };
}

function toCustom(actor: Actor, before: CustomRecord, snapshot: CatalogSnapshot): NewModelRecord {
  const { principal } = actor;
  const record = toCatalogRecord(before);
  if (record.kind !== "custom") throw unknownModel(before.uid);
  const entry = { kind: "custom", uid: before.uid, id: before.id, record } as const;
  const subject = { kind: "custom", ownerId: before.ownerId, access: before.access } as const;
  const mayDelete =
    snapshot.decide(principal, "write", entry).allowed ||
    decideAdministration(principal, "delete", subject).allowed;
  if (!mayDelete || !hasPermission(principal, "models.create", actor.permissions)) {
    throw new DomainError("access_denied", `You may not bring "${before.id}" back.`);
  }
  const access = withoutTheGone(snapshot, before.access);
  assertMayShare(actor, { previous: { kind: "private" }, next: access }, snapshot);
  const base = returnToBase(actor, before, snapshot);
  const ownerId = before.ownerId !== null && snapshot.findUser(before.ownerId) ? before.ownerId : null;
  return { ...before, ...base, ...withVouchOf(before, base), access, ownerId };
}

/** By what it is, not by its name, which something else may bear today. */
function returnToBase(actor: Actor, before: CustomRecord, snapshot: CatalogSnapshot): ResolvedBase {
  const base = before.base === null ? undefined : snapshot.findByUid(before.base.uid);
  if (base !== undefined) return resolveBase(actor, { baseId: base.id, self: before.uid }, snapshot);
  if (before.base === null || actor.principal.role === "admin") return toMissingBase(before.baseId);
  throw new DomainError("base_model_not_found", `The base of "${before.id}", "${before.baseId}", is gone.`);
}

function toOverride(actor: Actor, before: OverrideRecord, snapshot: CatalogSnapshot): NewModelRecord {
  if (actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators store settings for a provider's own model.");
  }
  const entry = snapshot.findByUid(before.base.uid);
  if (entry?.kind !== "base") {
    throw new DomainError("base_model_not_found", `No connection lists "${before.id}" any more.`);
  }
  if (entry.override !== null) {
    throw new DomainError("revision_conflict", `"${entry.id}" has been given settings anew.`);
  }
  return { ...before, access: withoutTheGone(snapshot, before.access) };
}

/**
 * Puts the reverts in the order in which they can be written: what comes back with a base before what is built on it,
 * then what is only changed back, then what goes again, bases last.
 */
export function orderReverts(changes: readonly RecordChange[]): readonly RecordChange[] {
  const baseOf = ({ before, after }: RecordChange): string | undefined => {
    const record = after ?? before;
    return record?.kind === "custom" ? record.base?.uid : undefined;
  };
  const byUid = new Map(changes.map((change) => [change.uid, change]));
  const depthOf = (change: RecordChange): number => {
    let depth = 0;
    const seen = new Set<string>();
    for (let at: RecordChange | undefined = change; at !== undefined && !seen.has(at.uid); depth += 1) {
      seen.add(at.uid);
      at = byUid.get(baseOf(at) ?? "");
    }
    return depth;
  };
  const rank = ({ before, after }: RecordChange): number => (after === null ? 0 : before === null ? 2 : 1);
  const order = (change: RecordChange): number => (rank(change) === 2 ? -depthOf(change) : depthOf(change));
  return changes.toSorted((one, other) => rank(one) - rank(other) || order(one) - order(other));
}
