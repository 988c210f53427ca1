import type { CatalogEntry } from "../catalog/catalog-snapshot.ts";
import { findReadable, unknownModel } from "../catalog/find-readable.ts";
import type { Actor, ChangeAuthor } from "../identity/actor.ts";
import { readResolved } from "../preview/read-resolved.ts";
import { cloneModel, type CloneModel } from "./clone-model.ts";
import { createModel } from "./create-model.ts";
import { deleteAllModels, type DeleteAllModels } from "./delete-all-models.ts";
import { deleteModel } from "./delete-model.ts";
import { listDefinitions, type ModelDefinition } from "./list-definitions.ts";
import type { ModelDetail } from "./model-detail.ts";
import type { CreateModel, UpdateModel } from "./model-input.ts";
import {
  compareVersions,
  listModelHistory,
  type CompareVersions,
  type ModelHistory,
  type ModelHistoryQuery,
  type VersionDifference,
} from "./model-history.ts";
import type { ModelPorts } from "./model-ports.ts";
import { restoreModel, type RestoreModel } from "./restore-model.ts";
import { takeOverBase, type TakeOverBase } from "./take-over-base.ts";
import { hideOrToggle, type ToggleModel } from "./toggle-model.ts";
import { toModelDetail } from "./to-model-detail.ts";
import { updateModel } from "./update-model.ts";
import { recordUidOf } from "./writable-entry.ts";

/** What a use case needs to know of the request around it. */
export type WriteContext = { readonly requestId: string };

export type UpdateContext = WriteContext & {
  /** A change that names no revision is made to whatever is stored. */
  readonly lastWins?: boolean;
};

/** Model records: who may see, make, change and delete them. */
export interface ModelService {
  /** @throws DomainError `model_not_found`, also for what the actor may not read. */
  get(actor: Actor, id: string): Promise<ModelDetail>;
  /** What is stored about those of the models that the actor may write, by uid. */
  definitions(actor: Actor, uids: readonly string[]): Promise<ReadonlyMap<string, ModelDefinition>>;
  /**
   * @throws DomainError `access_denied`, `model_id_taken`, `base_model_not_found`, `base_cycle`, `base_too_deep`,
   *   `principal_not_found`, `invalid_input`.
   */
  create(actor: Actor, input: CreateModel, context: WriteContext): Promise<ModelDetail>;
  /** @throws DomainError `model_not_found`, and as create. */
  clone(actor: Actor, input: CloneModel, context: WriteContext): Promise<ModelDetail>;
  /** An administrator's update of a base model without a record makes its override. @throws as create, `kind_is_fixed`, `revision_conflict`. */
  update(actor: Actor, input: UpdateModel, context: UpdateContext): Promise<ModelDetail>;
  /** Sets `isActive`, or flips it when no value is given; or hides instead, where that keeps what stands on it. */
  toggle(actor: Actor, input: ToggleModel, context: WriteContext): Promise<ModelDetail>;
  /** @throws DomainError `model_not_found`, `kind_is_fixed`, `base_missing`, `access_denied`, `revision_conflict`. */
  takeOver(actor: Actor, input: TakeOverBase, context: WriteContext): Promise<ModelDetail>;
  /** What was written, newest first. @throws DomainError `model_not_found`, `access_denied`. */
  history(actor: Actor, query: ModelHistoryQuery): Promise<ModelHistory>;
  /** @throws DomainError as history, `version_not_found`. */
  compare(actor: Actor, input: CompareVersions): Promise<VersionDifference>;
  /** @throws DomainError as history and update, `version_not_found`, `base_model_not_found`. */
  restore(actor: Actor, input: RestoreModel, context: WriteContext): Promise<ModelDetail>;
  /** @throws DomainError `dependants_exist` unless `force`, `access_denied`, `model_not_found`. */
  delete(
    actor: Actor,
    input: { readonly id: string; readonly force: boolean },
    context: WriteContext,
  ): Promise<void>;
  /** @returns how many there were. @throws DomainError `access_denied`, `selection_changed`. */
  deleteAll(actor: Actor, input: DeleteAllModels, context: WriteContext): Promise<number>;
}

export function createModelService(ports: ModelPorts): ModelService {
  return {
    get: (actor, id) => getModel(ports, actor, id),
    definitions: (actor, uids) => listDefinitions(ports, actor, uids),
    async create(actor, input, context) {
      const author = authorOf(actor, context, "models.create");
      const { change } = await createModel(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
      return getModel(ports, actor, input.id);
    },
    async clone(actor, input, context) {
      const author = authorOf(actor, context, "models.clone");
      const { change } = await cloneModel(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
      return getModel(ports, actor, input.newId);
    },
    async update(actor, input, context) {
      const author = authorOf(actor, context, "models.update");
      const { change } = await updateModel(
        ports,
        { actor, author },
        { ...input, lastWins: context.lastWins ?? false },
      );
      await ports.catalog.acknowledge(change);
      return getWritten(ports, actor, input.id);
    },
    async toggle(actor, input, context) {
      const author = authorOf(actor, context, "models.toggle");
      const { change } = await hideOrToggle(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
      return getModel(ports, actor, input.id);
    },
    async takeOver(actor, input, context) {
      const author = authorOf(actor, context, "models.takeOver");
      const { change } = await takeOverBase(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
      return getModel(ports, actor, input.id);
    },
    history: (actor, query) => listModelHistory(ports, actor, query),
    compare: (actor, input) => compareVersions(ports, actor, input),
    async restore(actor, input, context) {
      const author = authorOf(actor, context, "models.restore");
      const { change } = await restoreModel(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
      return getWritten(ports, actor, input.id);
    },
    async delete(actor, input, context) {
      const author = authorOf(actor, context, "models.delete");
      const { change } = await deleteModel(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
    },
    async deleteAll(actor, input, context) {
      const author = authorOf(actor, context, "models.deleteAll");
      const { value, change } = await deleteAllModels(ports, { actor, author }, input);
      await ports.catalog.acknowledge(change);
      return value;
    },
  };
}

async function getModel(ports: ModelPorts, actor: Actor, id: string): Promise<ModelDetail> {
  return readDetail(ports, actor, { entry: findReadable(ports.catalog.current(), actor, id) });
}

/** What the actor has just written: also when it was their own right that they took away. */
async function getWritten(ports: ModelPorts, actor: Actor, id: string): Promise<ModelDetail> {
  const entry = ports.catalog.current().findByName(id);
  if (entry === undefined) throw unknownModel(id);
  return readDetail(ports, actor, { entry, isOwnWrite: true });
}

async function readDetail(
  ports: ModelPorts,
  actor: Actor,
  { entry, isOwnWrite = false }: { readonly entry: CatalogEntry; readonly isOwnWrite?: boolean },
): Promise<ModelDetail> {
  const snapshot = ports.catalog.current();
  const uid = recordUidOf(entry);
  const found = await ports.unitOfWork.read(async (repositories) => ({
    record: uid === undefined ? undefined : await repositories.models.find(uid),
    resolved: await readResolved(repositories, actor, { snapshot, entry }),
  }));
  return toModelDetail(ports, actor, { entry, isOwnWrite, ...found });
}

function authorOf(actor: Actor, context: WriteContext, action: string): ChangeAuthor {
  return { actorId: actor.principal.userId, requestId: context.requestId, action };
}
