import { hasPermission } from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertMayName, assertMayShare } from "./judge-sharing.ts";
import { storeWrite, type JudgedWrite } from "./judged-write.ts";
import type { ModelId } from "./model-id.ts";
import type { CreateModel } from "./model-input.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import { resolveBase, toMissingBase } from "./resolve-base.ts";

/** What a judgement stands on: the catalog, and whether a base may be absent, as in an import by an administrator. */
export type Judging = { readonly snapshot: CatalogSnapshot; readonly mayMissBase?: boolean };
/** Whose a new model becomes, if not its maker's; `null`: nobody's. */
type Making = Judging & { readonly ownerId?: string | null | undefined };

/** Stores a new custom model, or what an administrator sets about a live base model (`baseModelId: null`). */
export async function createModel(
  ports: ModelPorts,
  { actor, author }: Writer,
  input: CreateModel,
): Promise<Committed<void>> {
  const judged = judgeCreate(actor, input, { snapshot: ports.catalog.current() });
  return ports.unitOfWork.write(author, async (repositories) => {
    await storeWrite(repositories, judged);
  });
}

/** @throws DomainError when the actor may not create this, or it cannot be. */
export function judgeCreate(actor: Actor, input: CreateModel, judging: Making): JudgedWrite {
  return input.baseModelId === null
    ? judgeOverride(actor, input, judging.snapshot)
    : judgeCustomModel(actor, { ...input, baseModelId: input.baseModelId }, judging);
}

/** A new custom model: needs `models.create`, and a base that its maker may read. */
function judgeCustomModel(
  actor: Actor,
  input: CreateModel & { readonly baseModelId: ModelId },
  { snapshot, mayMissBase, ownerId = actor.principal.userId }: Making,
): JudgedWrite {
  if (!hasPermission(actor.principal, "models.create", actor.permissions)) {
    throw new DomainError("access_denied", "Making models needs the permission models.create.");
  }
  const access = input.access ?? { kind: "private" };
  if (access.kind === "inherit") throw inheritIsForOverrides();
  assertMayShare(actor, { previous: { kind: "private" }, next: access }, snapshot);
  const base =
    mayMissBase === true && snapshot.findByName(input.baseModelId) === undefined
      ? toMissingBase(input.baseModelId)
      : resolveBase(actor, { baseId: input.baseModelId }, snapshot);
  const { userId, role } = actor.principal;
  if (ownerId !== userId && role !== "admin")
    throw new DomainError("access_denied", "Only administrators make models for others.");
  if (ownerId !== null) assertMayName(actor, { userIds: [ownerId], groupIds: [] }, snapshot);
  const record = { ...fieldsOf(input), ...base, access, ownerId, createdBy: userId };
  return { kind: "insert", record: { kind: "custom", ...record } };
}

/** What an administrator stores about a live base model that has no record yet. */
export function judgeOverride(actor: Actor, input: CreateModel, snapshot: CatalogSnapshot): JudgedWrite {
  if (actor.principal.role !== "admin") {
    throw new DomainError("access_denied", "Only administrators store settings for a provider's own model.");
  }
  const entry = snapshot.findByName(input.id);
  if (entry?.kind === "custom") throw new DomainError("model_id_taken");
  if (entry === undefined) {
    throw new DomainError(
      "base_model_not_found",
      `No connection lists a model "${input.id}". To build a new model, name its base in baseModelId.`,
    );
  }
  if (entry.override !== null)
    throw new DomainError("model_id_taken", `"${entry.id}" already has settings; update them.`);
  const access = input.access ?? { kind: "inherit" };
  assertMayShare(actor, { previous: { kind: "inherit" }, next: access }, snapshot);
  const record = {
    ...fieldsOf(input),
    id: entry.id as ModelId, // safe: names in the catalog were parsed when they came in
    base: { kind: "base", uid: entry.uid } as const,
    access,
    createdBy: actor.principal.userId,
  };
  return { kind: "insert", record: { kind: "override", ...record } };
}

export function inheritIsForOverrides(): DomainError {
  return new DomainError(
    "invalid_input",
    "Only a provider's own model can inherit its access from the connection.",
    {
      details: {
        issues: [{ path: ["access"], message: "a custom model has no connection to inherit from" }],
      },
    },
  );
}

function fieldsOf(input: CreateModel) {
  const { id, name, params, paramModes, meta, isActive } = input;
  return { id, name, params, paramModes, meta, isActive };
}
