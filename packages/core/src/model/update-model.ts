import { decideAdministration } from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { findReadable, unknownModel } from "../catalog/find-readable.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { isSameJson } from "../json-equality.ts";
import { inheritIsForOverrides, judgeOverride, type Judging } from "./create-model.ts";
import { assertMayName, assertMayShare } from "./judge-sharing.ts";
import { storeWrite, toUpdate, type JudgedWrite } from "./judged-write.ts";
import { isKeptFor, keptAction } from "./kept-action.ts";
import type { ModelPatch, UpdateModel } from "./model-input.ts";
import type { CustomRecord, ModelRecord } from "./model-record.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import { patchModel } from "./patch-model.ts";
import { resolveBase, toMissingBase, type ResolvedBase } from "./resolve-base.ts";
import { recordUidOf, withRecord } from "./writable-entry.ts";

/** Applies a patch to the stored record. Only the difference is judged, and no difference writes nothing. */
export async function updateModel(
  ports: ModelPorts,
  writer: Writer,
  { lastWins = false, ...input }: UpdateModel & { readonly lastWins?: boolean },
): Promise<Committed<void>> {
  const { actor, author } = writer;
  const entry = findReadable(ports.catalog.current(), actor, input.id);
  const uid = recordUidOf(entry);
  return ports.unitOfWork.write(author, async (repositories) => {
    const stored = uid === undefined ? undefined : await repositories.models.find(uid);
    if (stored === undefined && uid !== undefined) throw unknownModel(input.id);
    const revision = input.revision ?? (lastWins ? stored?.revision : undefined);
    const patch = revision === undefined ? input : { ...input, revision };
    const judged = judgeUpdate(actor, { stored, input: patch }, { snapshot: ports.catalog.current() });
    await storeWrite(repositories, judged);
  });
}

/**
 * Decides on the row that was fetched: the snapshot may be behind it.
 *
 * @param patch.stored Absent for a base model without a record, whose override an administrator then makes.
 * @throws DomainError when the actor may not change this, or it cannot be.
 */
export function judgeUpdate(
  actor: Actor,
  { stored, input }: { readonly stored: ModelRecord | undefined; readonly input: ModelPatch },
  judging: Judging,
): JudgedWrite {
  const { snapshot } = judging;
  if (stored === undefined) return judgeNewOverride(actor, input, snapshot);
  assertMayPatch(actor, { stored, input }, snapshot);
  assertRevision(stored, input);
  return toUpdate(stored, applyPatch(actor, { stored, input }, judging));
}

type Patch = { readonly stored: ModelRecord; readonly input: ModelPatch };

function assertMayPatch(actor: Actor, { stored, input }: Patch, snapshot: CatalogSnapshot): void {
  const record = toCatalogRecord(stored);
  const current = snapshot.findByUid(record.kind === "custom" ? record.uid : record.baseUid);
  if (current === undefined) throw unknownModel(input.id);
  const entry = withRecord(current, stored);
  if (snapshot.decide(actor.principal, "write", entry).allowed) return;
  const kept = keptAction(input);
  if (!snapshot.decide(actor.principal, "read", entry).allowed && kept === undefined)
    throw unknownModel(input.id);
  if (kept !== undefined && isKeptFor(actor, kept, entry)) return;
  throw new DomainError("access_denied", `You may use "${stored.id}" but not change it.`);
}

/** Toggling needs no revision: its meaning does not depend on what else changed. */
export function assertRevision(stored: ModelRecord, input: ModelPatch): void {
  const { id: _id, revision, isActive: _isActive, ...rest } = input;
  if (revision === stored.revision) return;
  if (revision === undefined) {
    if (Object.values(rest).every((value) => value === undefined)) return;
    throw new DomainError("invalid_input", "Name the revision that your change is based on.", {
      details: {
        issues: [{ path: ["revision"], message: `is missing; the current one is ${stored.revision}` }],
      },
    });
  }
  throw new DomainError(
    "revision_conflict",
    `"${stored.id}" is at revision ${stored.revision}, your change is based on ${revision}.`,
    { details: { current: stored } },
  );
}

function applyPatch(actor: Actor, { stored, input }: Patch, judging: Judging): ModelRecord {
  const { snapshot } = judging;
  const fields = patchModel(stored, input);
  const access = input.access ?? stored.access;
  if (stored.kind === "override") {
    if (input.baseModelId !== undefined && input.baseModelId !== null) throw new DomainError("kind_is_fixed");
    if (
      input.access !== undefined &&
      actor.principal.role !== "admin" &&
      !isSameJson(access, stored.access)
    ) {
      throw new DomainError(
        "access_denied",
        "Only administrators change who may use a provider's own model.",
      );
    }
    if (input.ownerId !== undefined) throw overridesHaveNoOwner();
    assertMayShare(actor, { previous: stored.access, next: access }, snapshot);
    return { ...stored, ...fields, access };
  }
  if (input.baseModelId === null) throw new DomainError("kind_is_fixed");
  if (access.kind === "inherit") throw inheritIsForOverrides();
  assertMayShare(actor, { previous: stored.access, next: access }, snapshot);
  const ownerId = judgeOwner(actor, { stored, input }, snapshot);
  return { ...stored, ...fields, access, ownerId, ...changedBase(actor, { stored, input }, judging) };
}

/** Naming the base it already has, also a missing one, is no change and is not judged. */
function changedBase(
  actor: Actor,
  { stored, input }: CustomPatch,
  { snapshot, mayMissBase }: Judging,
): Partial<ResolvedBase> {
  const { baseModelId } = input;
  if (baseModelId === undefined || baseModelId === null || baseModelId === stored.baseId) return {};
  if (stored.base !== null && snapshot.findByName(baseModelId)?.uid === stored.base.uid) return {};
  if (mayMissBase === true && snapshot.findByName(baseModelId) === undefined)
    return toMissingBase(baseModelId);
  return resolveBase(actor, { baseId: baseModelId, self: stored.uid }, snapshot);
}

type CustomPatch = { readonly stored: CustomRecord; readonly input: ModelPatch };

/** A model is given away by its owner or an administrator; only the latter may leave it to nobody. */
function judgeOwner(
  actor: Actor,
  { stored, input }: CustomPatch,
  snapshot: CatalogSnapshot,
): CustomRecord["ownerId"] {
  const { ownerId } = input;
  if (ownerId === undefined || ownerId === stored.ownerId) return stored.ownerId;
  const subject = { kind: "custom", ownerId: stored.ownerId, access: stored.access } as const;
  const isAllowed = decideAdministration(actor.principal, "transfer", subject).allowed;
  if (!isAllowed || (ownerId === null && actor.principal.role !== "admin")) {
    throw new DomainError("access_denied", `Only its owner or an administrator gives "${stored.id}" away.`);
  }
  if (ownerId !== null) assertMayName(actor, { userIds: [ownerId], groupIds: [] }, snapshot);
  return ownerId;
}

function overridesHaveNoOwner(): DomainError {
  const issues = [{ path: ["ownerId"], message: "a provider's own model has no owner" }];
  return new DomainError("invalid_input", "A provider's own model has no owner.", { details: { issues } });
}

function judgeNewOverride(actor: Actor, input: ModelPatch, snapshot: CatalogSnapshot): JudgedWrite {
  if (input.baseModelId !== undefined && input.baseModelId !== null) throw new DomainError("kind_is_fixed");
  if (input.ownerId !== undefined) throw overridesHaveNoOwner();
  const name = snapshot.findByName(input.id)?.id ?? input.id;
  const fields = patchModel({ name, params: {}, paramModes: {}, meta: {}, isActive: true }, input);
  const access = input.access && { access: input.access };
  return judgeOverride(actor, { ...fields, id: input.id, baseModelId: null, ...access }, snapshot);
}
