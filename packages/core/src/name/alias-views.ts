import { unknownModel } from "../catalog/find-readable.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { CatalogAlias } from "../catalog/catalog-state.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { listCallableTargets } from "../catalog/resolve-alias.ts";
import { VisibleModels } from "../catalog/visible-models.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import type { AliasView } from "./alias.ts";

/** The aliases that the actor is shown, by name: those they can call, and to administrators all. From memory. */
export function listAliases(snapshot: CatalogSnapshot, actor: Actor): AliasView[] {
  const toView = createAliasViewer(snapshot, actor);
  return snapshot
    .aliases()
    .flatMap((alias) => toView(alias) ?? [])
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/** @throws DomainError `model_not_found`, also for one that the actor is not shown. */
export function getAlias(snapshot: CatalogSnapshot, actor: Actor, id: string): AliasView {
  const alias = snapshot.findAlias(id);
  const view = alias && createAliasViewer(snapshot, actor)(alias);
  if (view === undefined) throw unknownModel(id);
  return view;
}

function createAliasViewer(snapshot: CatalogSnapshot, actor: Actor) {
  const contents = contentsOf(snapshot);
  const visible = new VisibleModels(contents, actor.principal);
  const isAdministrator = actor.principal.role === "admin";

  return (alias: CatalogAlias): AliasView | undefined => {
    const callable = new Set(listCallableTargets({ contents, visible, actor }, alias));
    if (callable.size === 0 && !(isAdministrator && mayName(actor.credential, alias))) return undefined;
    const { uid, id, description, createdAt, updatedAt, revision } = alias;
    const targets = alias.targets.map((target) => ({
      uid: target.model?.uid ?? null,
      id: (target.model && snapshot.findByUid(target.model.uid)?.id) ?? target.id,
      weight: target.weight,
      callable: callable.has(target),
    }));
    return {
      uid,
      id,
      description,
      callable: callable.size > 0,
      createdAt,
      updatedAt,
      definition: isAdministrator ? { revision, targets } : null,
    };
  };
}
