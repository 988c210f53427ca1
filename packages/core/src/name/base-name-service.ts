import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import { limits } from "../limits.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { BaseNameOverride, BaseNameView, SaveBaseName } from "./base-name.ts";

/** Settings for all tags of one of Ollama's names, for administrators. */
export interface BaseNameService {
  /** @throws DomainError `access_denied`. */
  list(actor: Actor): Promise<readonly BaseNameView[]>;
  /** @throws DomainError `access_denied`, `name_taken`, `revision_conflict`, `base_name_not_found`. */
  save(actor: Actor, input: SaveBaseName, context: WriteContext): Promise<BaseNameView>;
  /** @throws DomainError `access_denied`, `base_name_not_found`. */
  delete(actor: Actor, name: string, context: WriteContext): Promise<void>;
}

export function createBaseNameService(ports: {
  readonly catalog: Catalog;
  readonly unitOfWork: UnitOfWork;
}): BaseNameService {
  const { catalog, unitOfWork } = ports;
  const authorOf = (actor: Actor, { requestId }: WriteContext, action: string) => {
    assertAdministrator(actor);
    return { actorId: actor.principal.userId, requestId, action };
  };

  return {
    async list(actor) {
      assertAdministrator(actor);
      const all = await unitOfWork.read(({ baseNames }) => baseNames.list());
      const snapshot = catalog.current();
      return all.map((one) => toView(snapshot, one));
    },
    async save(actor, { revision, ...settings }, context) {
      const author = authorOf(actor, context, "baseNames.save");
      const { value, change } = await unitOfWork.write(author, ({ baseNames }) =>
        revision === undefined ? baseNames.insert(settings) : baseNames.update({ ...settings, revision }),
      );
      await catalog.acknowledge(change);
      return toView(catalog.current(), value);
    },
    async delete(actor, name, context) {
      const author = authorOf(actor, context, "baseNames.delete");
      const { change } = await unitOfWork.write(author, ({ baseNames }) => baseNames.delete(name));
      await catalog.acknowledge(change);
    },
  };
}

function toView(snapshot: CatalogSnapshot, override: BaseNameOverride): BaseNameView {
  const models = contentsOf(snapshot).models.rows.flatMap((model) => {
    if (model?.entry.kind !== "base" || model.entry.baseName?.uid !== override.uid) return [];
    return { uid: model.entry.uid, id: model.entry.id };
  });
  models.sort((left, right) => (left.id < right.id ? -1 : 1));
  return { ...override, models: models.slice(0, limits.pageSizeMax) };
}
