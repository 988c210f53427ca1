import { contentsOf } from "../catalog/memory-snapshot.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { DomainError } from "../error/domain-error.ts";
import { limits } from "../limits.ts";
import { findDecidingPolicy, type DiscoveryPolicy, type PolicyMatch } from "./discovery-policy.ts";
import type { PolicyPreview, PreviewPolicy } from "./policy-input.ts";

type Line = PolicyPreview["models"][number];
type Rule = Pick<DiscoveryPolicy, "uid" | "enabled" | "match">;

/** What a policy would have done to the models that are known now, the newest first. */
export function judgeModels(
  snapshot: CatalogSnapshot,
  policies: readonly DiscoveryPolicy[],
  { uid, match, since }: Pick<PreviewPolicy, "uid" | "match"> & { readonly since?: string },
): readonly Line[] {
  const { earlier, rule } = findRule(policies, uid, match);
  const lines: Line[] = [];
  for (const model of contentsOf(snapshot).models.rows) {
    if (model?.entry.kind !== "base") continue;
    const { base, override, id } = model.entry;
    const [place] = base.placements;
    if (place === undefined || (since !== undefined && base.firstSeenAt < since)) continue;
    const seen = { ...place, modelId: base.id };
    if (findDecidingPolicy([rule], seen) === undefined) continue;
    const before = findDecidingPolicy(earlier, seen);
    lines.push({
      uid: base.uid,
      id,
      connectionUid: place.connectionUid,
      firstSeenAt: base.firstSeenAt,
      outcome: override !== null ? "has_settings" : before === undefined ? "applies" : "earlier_policy",
      policyUid: before?.uid ?? null,
    });
  }
  return lines.toSorted(
    (one, other) => compareText(other.firstSeenAt, one.firstSeenAt) || compareText(one.id, other.id),
  );
}

export function toPreview(lines: readonly Line[]): PolicyPreview {
  const count = (outcome: Line["outcome"]) => lines.filter((line) => line.outcome === outcome).length;
  return {
    counts: {
      applies: count("applies"),
      has_settings: count("has_settings"),
      earlier_policy: count("earlier_policy"),
    },
    models: lines.slice(0, limits.previewedModels),
  };
}

function findRule(
  policies: readonly DiscoveryPolicy[],
  uid: string | undefined,
  match: PolicyMatch | undefined,
): { readonly earlier: readonly Rule[]; readonly rule: Rule } {
  const at = uid === undefined ? policies.length : policies.findIndex((policy) => policy.uid === uid);
  if (at === -1) throw new DomainError("policy_not_found");
  const rule = { uid: uid ?? "", enabled: true, match: match ?? policies[at]?.match ?? {} };
  return { earlier: policies.slice(0, at), rule };
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one !== other);
}
