import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogAlias } from "../catalog/catalog-state.ts";
import { unknownModel } from "../catalog/find-readable.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { isSameJson } from "../json-equality.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { Alias, AliasView, CreateAlias, UpdateAlias } from "./alias.ts";
import { resolveTargets } from "./alias-targets.ts";
import { getAlias, listAliases } from "./alias-views.ts";

/** Aliases: administrators manage them, and everybody calls those with a target that they may call. */
export interface AliasService {
  list(actor: Actor): readonly AliasView[];
  /** @throws DomainError `model_not_found`, also for an alias of nothing that the actor may call. */
  get(actor: Actor, id: string): AliasView;
  /** @throws DomainError `access_denied`, `model_id_taken`, `base_model_not_found`, `invalid_input`. */
  create(actor: Actor, input: CreateAlias, context: WriteContext): Promise<AliasView>;
  /** @throws DomainError as create, `model_not_found`, `revision_conflict`. */
  update(actor: Actor, input: UpdateAlias, context: WriteContext): Promise<AliasView>;
  /** @throws DomainError `access_denied`, `model_not_found`. */
  delete(actor: Actor, id: string, context: WriteContext): Promise<void>;
}

export function createAliasService(ports: {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
}): AliasService {
  const { catalog, unitOfWork } = ports;
  const authorOf = (actor: Actor, { requestId }: WriteContext, action: string) => {
    assertAdministrator(actor);
    return { actorId: actor.principal.userId, requestId, action };
  };
  const find = (id: string): CatalogAlias => {
    const alias = catalog.current().findAlias(id);
    if (alias === undefined) throw unknownModel(id);
    return alias;
  };

  return {
    list: (actor) => listAliases(catalog.current(), actor),
    get: (actor, id) => getAlias(catalog.current(), actor, id),
    async create(actor, { takeName, ...input }, context) {
      const author = authorOf(actor, context, "aliases.create");
      const targets = resolveTargets(catalog.current(), { actor, given: input.targets });
      const { change } = await unitOfWork.write(author, ({ aliases }) =>
        aliases.insert({ ...input, targets }, { takeName }),
      );
      await catalog.acknowledge(change);
      return getAlias(catalog.current(), actor, input.id);
    },
    async update(actor, { id, revision, ...input }, context) {
      const author = authorOf(actor, context, "aliases.update");
      const { uid } = find(id);
      const { change } = await unitOfWork.write(author, async ({ aliases }) => {
        const stored = await aliases.find(uid);
        if (stored === undefined) throw unknownModel(id);
        if (stored.revision !== revision) throw staleRevision(stored, revision);
        const targets =
          input.targets === undefined
            ? stored.targets
            : resolveTargets(catalog.current(), { actor, given: input.targets, stored: stored.targets });
        const next = { ...stored, description: input.description ?? stored.description, targets };
        return isSameJson(next, stored) ? stored : aliases.update(next);
      });
      await catalog.acknowledge(change);
      return getAlias(catalog.current(), actor, id);
    },
    async delete(actor, id, context) {
      const author = authorOf(actor, context, "aliases.delete");
      const { uid } = find(id);
      const { change } = await unitOfWork.write(author, ({ aliases }) => aliases.delete(uid));
      await catalog.acknowledge(change);
    },
  };
}

function staleRevision(stored: Alias, revision: number): DomainError {
  return new DomainError(
    "revision_conflict",
    `"${stored.id}" is at revision ${stored.revision}, your change is based on ${revision}.`,
    { details: { current: stored } },
  );
}
