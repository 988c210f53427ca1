import { decideAdministration } from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { toCatalogRecord } from "../catalog/to-catalog-record.ts";
import { findReadable, unknownModel } from "../catalog/find-readable.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { isSameJson } from "../json-equality.ts";
import { createOverride, inheritIsForOverrides } from "./create-model.ts";
import { assertMayShare } from "./judge-sharing.ts";
import type { CreateModel, UpdateModel } from "./model-input.ts";
import type { ModelRecord } from "./model-record.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import { patchModel } from "./patch-model.ts";
import { resolveBase } from "./resolve-base.ts";
import { recordUidOf, withRecord } from "./writable-entry.ts";

/** Applies a patch to the stored record. Only the difference is judged, and no difference writes nothing. */
export function updateModel(
  ports: ModelPorts,
  writer: Writer,
  input: UpdateModel,
): Promise<Committed<ModelRecord>> {
  const { actor, author } = writer;
  const entry = findReadable(ports.catalog.current(), actor, input.id);
  if (entry.kind === "base" && entry.override === null)
    return createOverride(ports, writer, toFirstSettings(entry.id, input));
  const uid = recordUidOf(entry) ?? entry.uid;
  return ports.unitOfWork.write(author, async ({ models }) => {
    const stored = await models.find(uid);
    if (stored === undefined) throw unknownModel(input.id);
    const next = decideUpdate(actor, { stored, input }, ports.catalog.current());
    return isSameJson(next, stored) ? stored : models.update(next);
  });
}

/**
 * What a stored record becomes by an update, if the actor may make it. The snapshot may be behind the row that was
 * fetched, so the decision is made on the row.
 *
 * @throws DomainError as an update.
 */
export function decideUpdate(
  actor: Actor,
  change: { readonly stored: ModelRecord; readonly input: UpdateModel },
  snapshot: CatalogSnapshot,
): ModelRecord {
  assertMayPatch(actor, change, snapshot);
  assertRevision(change.stored, change.input);
  return applyPatch(actor, change, snapshot);
}

function assertMayPatch(
  actor: Actor,
  { stored, input }: { readonly stored: ModelRecord; readonly input: UpdateModel },
  snapshot: CatalogSnapshot,
): void {
  const record = toCatalogRecord(stored);
  const current = snapshot.findByUid(record.kind === "custom" ? record.uid : record.baseUid);
  if (current === undefined) throw unknownModel(input.id);
  const entry = withRecord(current, stored);
  if (snapshot.decide(actor.principal, "write", entry).allowed) return;
  if (!snapshot.decide(actor.principal, "read", entry).allowed && !isDeactivation(input))
    throw unknownModel(input.id);
  if (isDeactivation(input) && record.kind === "custom") {
    const subject = { kind: "custom", ownerId: record.ownerId, access: record.access } as const;
    if (decideAdministration(actor.principal, "deactivate", subject).allowed) return;
  }
  throw new DomainError("access_denied", `You may use "${stored.id}" but not change it.`);
}

/** Administrators keep this one write on everybody's models when their bypass is off. */
function isDeactivation(input: UpdateModel): boolean {
  const { id: _id, revision: _revision, isActive, ...rest } = input;
  return isActive === false && Object.values(rest).every((value) => value === undefined);
}

/** Toggling needs no revision: its meaning does not depend on what else changed. */
export function assertRevision(stored: ModelRecord, input: UpdateModel): void {
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

function applyPatch(
  actor: Actor,
  { stored, input }: { readonly stored: ModelRecord; readonly input: UpdateModel },
  snapshot: CatalogSnapshot,
): ModelRecord {
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
    assertMayShare(actor, { previous: stored.access, next: access }, snapshot);
    return { ...stored, ...fields, access };
  }
  if (input.baseModelId === null) throw new DomainError("kind_is_fixed");
  if (access.kind === "inherit") throw inheritIsForOverrides();
  assertMayShare(actor, { previous: stored.access, next: access }, snapshot);
  return { ...stored, ...fields, access, ...changedBase(actor, { stored, input }, snapshot) };
}

/** Naming the base it already has, also a missing one, is no change and is not judged. */
function changedBase(
  actor: Actor,
  {
    stored,
    input,
  }: { readonly stored: Extract<ModelRecord, { kind: "custom" }>; readonly input: UpdateModel },
  snapshot: CatalogSnapshot,
) {
  const { baseModelId } = input;
  if (baseModelId === undefined || baseModelId === null || baseModelId === stored.baseId) return {};
  if (stored.base !== null && snapshot.findByName(baseModelId)?.uid === stored.base.uid) return {};
  return resolveBase(actor, { baseId: baseModelId, self: stored.uid }, snapshot);
}

/** The settings that an update of a base model without a record makes. @throws DomainError `kind_is_fixed`. */
export function toFirstSettings(name: string, input: UpdateModel): CreateModel {
  if (input.baseModelId !== undefined && input.baseModelId !== null) throw new DomainError("kind_is_fixed");
  const fields = patchModel({ name, params: {}, paramModes: {}, meta: {}, isActive: true }, input);
  return {
    ...fields,
    id: input.id,
    baseModelId: null,
    ...(input.access && { access: input.access }),
  };
}
