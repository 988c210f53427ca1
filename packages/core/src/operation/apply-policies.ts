import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import {
  findDecidingPolicy,
  type DiscoveryPolicy,
  type PolicyActions,
} from "../discovery/discovery-policy.ts";
import type { ModelId } from "../model/model-id.ts";
import type { BulkChange } from "./bulk-change.ts";

/**
 * What the discovery policies say about a provider's model, as the change that an administrator would make by hand.
 * Where none decides, the change stays as it is asked for, and its model is told of it when its turn comes.
 */
export function toPolicyChange(
  snapshot: CatalogSnapshot,
  { id, change }: { readonly id: ModelId; readonly change: BulkChange },
  policies: readonly DiscoveryPolicy[],
): BulkChange {
  const entry = snapshot.findByName(id);
  const [place] = entry?.kind === "base" ? entry.base.placements : [];
  const policy =
    entry?.kind === "base" && place !== undefined
      ? findDecidingPolicy(policies, { ...place, modelId: entry.base.id })
      : undefined;
  return policy === undefined ? change : toChange(policy.actions);
}

function toChange({ access, tags, image, active, hidden }: PolicyActions): BulkChange {
  return {
    ...(access && { access }),
    ...(tags && { tags: { replace: tags.map(({ name }) => name) } }),
    ...(image !== undefined && { metaPatch: { profile_image_url: image } }),
    ...(active !== undefined && { isActive: active }),
    ...(hidden !== undefined && { hidden }),
  };
}
