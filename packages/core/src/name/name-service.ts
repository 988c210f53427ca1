import { invalidField } from "../error/invalid-field.ts";
import { z } from "zod";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { findReadable } from "../catalog/find-readable.ts";
import type { Repositories, UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { modelIdSchema } from "../model/model-id.ts";
import type { WriteContext } from "../model/model-service.ts";
import { findRenames, type RenameSuggestion } from "./find-renames.ts";
import { isServed, listNames, type NamePage, type NameQuery } from "./name-list.ts";

/** uids are those that `names.list` gives, so that nobody moves a name that has changed hands meanwhile. */
export const moveNameSchema = z.strictObject({ name: modelIdSchema, from: z.uuid(), to: z.uuid() });
export type MoveName = z.output<typeof moveNameSchema>;

export const forgetNameSchema = z.strictObject({ name: modelIdSchema, owner: z.uuid() });
export type ForgetName = z.output<typeof forgetNameSchema>;

export const renameModelSchema = z.strictObject({
  /** A model of a provider that nobody serves any more, and the one it is now. */
  from: modelIdSchema,
  to: modelIdSchema,
  /** Whose settings are kept when both have some. */
  settings: z.enum(["old", "new"]).optional(),
});
export type RenameModel = z.output<typeof renameModelSchema>;

/** Who has which name, for administrators. */
export interface NameService {
  /** @throws DomainError `access_denied`. */
  list(actor: Actor, query: NameQuery): NamePage;
  /** @throws DomainError `access_denied`, `name_in_use`, `revision_conflict`, `invalid_input`. */
  move(actor: Actor, input: MoveName, context: WriteContext): Promise<void>;
  /** @throws DomainError `access_denied`, `name_in_use`, `revision_conflict`. */
  forget(actor: Actor, input: ForgetName, context: WriteContext): Promise<void>;
  /** @throws DomainError `access_denied`. */
  renames(actor: Actor): readonly RenameSuggestion[];
  /** @throws DomainError `access_denied`, `model_not_found`, `invalid_input`, `name_in_use`, `settings_clash`. */
  rename(actor: Actor, input: RenameModel, context: WriteContext): Promise<void>;
}

export function createNameService(ports: {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
}): NameService {
  const { catalog, unitOfWork } = ports;
  const write = async (
    actor: Actor,
    by: WriteContext & { readonly action: string },
    work: (repositories: Repositories) => Promise<void>,
  ): Promise<void> => {
    assertAdministrator(actor);
    const { requestId, action } = by;
    const author = { actorId: actor.principal.userId, requestId, action };
    const { change } = await unitOfWork.write(author, work);
    await catalog.acknowledge(change);
  };

  return {
    list(actor, query) {
      assertAdministrator(actor);
      return listNames(catalog.current(), query);
    },
    move: (actor, { name, from, to }, context) =>
      write(actor, { ...context, action: "names.move" }, ({ names }) => names.move(name, { from, to })),
    forget: (actor, { name, owner }, context) =>
      write(actor, { ...context, action: "names.forget" }, ({ names }) => names.forget(name, owner)),
    renames(actor) {
      assertAdministrator(actor);
      return findRenames(catalog.current());
    },
    async rename(actor, { from, to, settings }, context) {
      assertAdministrator(actor);
      const snapshot = catalog.current();
      const [old, next] = [findBase(snapshot, actor, { from }), findBase(snapshot, actor, { to })];
      if (isServed(old)) throw new DomainError("name_in_use", `"${old.id}" is still served.`);
      if (!isServed(next)) throw notServed(next);
      await write(actor, { ...context, action: "models.rename" }, ({ names }) =>
        names.rename({ from: old.uid, to: next.uid, settings }),
      );
    },
  };
}

function findBase(
  snapshot: CatalogSnapshot,
  actor: Actor,
  named: { readonly from: string } | { readonly to: string },
): Extract<CatalogEntry, { kind: "base" }> {
  const [[field, id] = ["from", ""]] = Object.entries(named);
  const entry = findReadable(snapshot, actor, id);
  if (entry.kind === "base") return entry;
  throw invalidField([field], `"${id}" is a custom model; only a provider's own are renamed there.`);
}

function notServed({ id }: CatalogEntry): DomainError {
  return new DomainError("invalid_input", `No connection lists "${id}"; name the model that it became.`, {
    details: { issues: [{ path: ["to"], message: "is not served" }] },
  });
}
