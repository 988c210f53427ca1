import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import type { CatalogContents } from "./catalog-contents.ts";
import type { AliasResolution, WeightedModel } from "./catalog-snapshot.ts";
import type { CatalogAlias, CatalogAliasTarget } from "./catalog-state.ts";
import type { IndexedModel } from "./indexed-model.ts";
import type { ReadRights } from "./model-access.ts";
import { findModel } from "./model-table.ts";
import { refuse, refuseCall, resolveTarget, type Refusal } from "./resolve-entry.ts";
import { walkChain } from "./walk-chain.ts";

/**
 * Which targets of an alias a call of this actor may go to. With none, the refusal is that of the first target that the
 * actor may read; where they may read none, the alias does not exist for them.
 */
export function resolveAlias(contents: CatalogContents, actor: Actor, alias: CatalogAlias): AliasResolution {
  if (!mayName(actor.credential, alias)) return refuse("model_not_found");
  const targets: WeightedModel[] = [];
  let refusal: Refusal | undefined;
  for (const target of alias.targets) {
    const model = findTarget(contents, target);
    if (model === undefined) continue;
    const resolution = resolveTarget(contents, actor, model.entry);
    if (resolution.ok) targets.push({ weight: target.weight, model: resolution.model });
    else if (resolution.code !== "model_not_found") refusal ??= resolution;
  }
  return targets.length > 0 ? { ok: true, targets } : (refusal ?? refuse("model_not_found"));
}

/** The targets that the actor may call: an alias with any is listed to them. */
export function listCallableTargets(
  { contents, visible, actor }: { contents: CatalogContents; visible: ReadRights; actor: Actor },
  alias: CatalogAlias,
): readonly CatalogAliasTarget[] {
  if (!mayName(actor.credential, alias)) return [];
  return alias.targets.filter((target) => {
    const model = findTarget(contents, target);
    if (model === undefined || !visible.mayRead(model)) return false;
    return refuseCall(actor, model, walkChain(contents, visible, model)) === undefined;
  });
}

function findTarget({ models }: CatalogContents, { model }: CatalogAliasTarget): IndexedModel | undefined {
  if (model === null) return undefined;
  const found = findModel(models, model.uid);
  return found?.entry.uid === model.uid ? found : undefined;
}
