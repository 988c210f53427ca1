import { hasPermission } from "@corral/access-control";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertMayShare } from "./judge-sharing.ts";
import type { CreateModel } from "./model-input.ts";
import type { ModelRecord } from "./model-record.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import type { NewModelRecord } from "./model-repository.ts";
import { resolveBase } from "./resolve-base.ts";

/** A new custom model: needs `models.create`, and a base that its maker may read. */
export function createCustomModel(
  ports: ModelPorts,
  { actor, author }: Writer,
  input: CreateModel,
): Promise<Committed<ModelRecord>> {
  if (!hasPermission(actor.principal, "models.create", actor.permissions)) {
    throw new DomainError("access_denied", "Making models needs the permission models.create.");
  }
  const snapshot = ports.catalog.current();
  const access = input.access ?? { kind: "private" };
  if (access.kind === "inherit") throw inheritIsForOverrides();
  assertMayShare(actor, { previous: { kind: "private" }, next: access }, snapshot);
  // null is for overrides, which come another way
  const base = resolveBase(actor, { baseId: input.baseModelId ?? "" }, snapshot);
  const { userId } = actor.principal;
  return ports.unitOfWork.write(author, ({ models }) =>
    models.insert({
      kind: "custom",
      ...fieldsOf(input),
      ...base,
      access,
      ownerId: userId,
      createdBy: userId,
    }),
  );
}

/** What an administrator stores about a live base model that has no record yet. */
export function createOverride(
  ports: ModelPorts,
  { actor, author }: Writer,
  input: CreateModel,
): Promise<Committed<ModelRecord>> {
  const override = toNewOverride(actor, input, ports.catalog.current());
  return ports.unitOfWork.write(author, ({ models }) => models.insert(override));
}

/** The override that {@link createOverride} stores. @throws DomainError as it. */
export function toNewOverride(
  actor: Actor,
  input: CreateModel,
  snapshot: CatalogSnapshot,
): Extract<NewModelRecord, { kind: "override" }> {
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
  return {
    kind: "override",
    ...fieldsOf(input),
    id: entry.id as ModelRecord["id"], // safe: names in the catalog were parsed when they came in
    base: { kind: "base", uid: entry.uid },
    access,
    createdBy: actor.principal.userId,
  };
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
