import type { Actor } from "../identity/actor.ts";
import { actorKey } from "./actor-key.ts";
import type { CatalogContents } from "./catalog-contents.ts";
import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import { createdAt, type IndexedModel } from "./indexed-model.ts";
import { listSlots } from "./listed-slots.ts";
import { contentsOf } from "./memory-snapshot.ts";
import { listCallableTargets } from "./resolve-alias.ts";
import { refuseCall } from "./resolve-entry.ts";
import { VisibleModels } from "./visible-models.ts";
import { walkChain, type ChainWalk } from "./walk-chain.ts";

/** A model that a caller may use by its id. */
export type CallableModel = {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Who the provider says owns the base, else the kind of provider. */
  readonly ownedBy: string;
};

/**
 * What the actor can call and is not hidden: models by name, then aliases by id. The list of `/v1/models`.
 *
 * @returns A frozen list; the same object until the catalog changes, so that bytes made from it can be kept with it.
 */
export function listCallable(snapshot: CatalogSnapshot, actor: Actor): readonly CallableModel[] {
  const contents = contentsOf(snapshot);
  const { callableLists } = contents.answers;
  const key = actorKey(contents, actor);
  const known = callableLists.get(key);
  if (known !== undefined) return known;
  const visible = new VisibleModels(contents, actor.principal);
  const models: CallableModel[] = [];
  for (const slot of listSlots({ contents, actor, visible }, { sort: "name" }).all()) {
    const model = contents.models.rows[slot];
    if (model === undefined || model.hidden || !model.isActive) continue;
    const walk = walkChain(contents, visible, model);
    if (refuseCall(actor, model, walk) === undefined) models.push(toCallable(contents, model, walk));
  }
  models.push(...listAliases({ contents, visible, actor }));
  callableLists.set(key, Object.freeze(models), 200 + 2 * key.length + 8 * models.length);
  return models;
}

function listAliases(caller: Parameters<typeof listCallableTargets>[0]): readonly CallableModel[] {
  const { byUid } = caller.contents.aliases;
  return Array.from(byUid.values())
    .filter((alias) => listCallableTargets(caller, alias).length > 0)
    .map(({ id, createdAt }) => ({ id, createdAt, ownedBy: "corral" }))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

// One object for all callers: at ten thousand models a list of its own for each would be megabytes.
function toCallable({ answers }: CatalogContents, model: IndexedModel, walk: ChainWalk): CallableModel {
  const [first] = walk.candidates;
  const ownedBy = first?.placement.facts.ownedBy ?? first?.connection.provider ?? "corral";
  const key = `${model.slot} ${ownedBy}`;
  const known = answers.callable.get(key);
  if (known !== undefined) return known;
  const callable = Object.freeze({ id: model.entry.id, createdAt: createdAt(model.entry), ownedBy });
  answers.callable.set(key, callable);
  return callable;
}
