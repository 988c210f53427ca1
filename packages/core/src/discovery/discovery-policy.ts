import { explicitAccessSchema } from "@corral/access-control";
import { z } from "zod";
import { limits } from "../limits.ts";
import type { ModelFacts } from "../model/base-model.ts";
import { capabilityNames, modelMetaSchema } from "../model/model-meta.ts";
import { profileImageUrlSchema } from "../model/profile-image.ts";
import { matchesGlob } from "../model/match-glob.ts";

/** Which newly discovered models a policy is for. What is absent does not matter; all that is present must hold. */
export const policyMatchSchema = z.strictObject({
  /** uids of the connections that list them. */
  connections: z.array(z.uuid()).min(1).max(200).optional(),
  /** Of the id at the provider or of the public name; `*` any characters, `?` one, whatever the case. */
  pattern: z.string().min(1).max(limits.modelIdLength).optional(),
  /** What the provider says it can do; all of them. */
  capabilities: z.array(z.enum(capabilityNames)).min(1).max(capabilityNames.length).optional(),
});
export type PolicyMatch = z.output<typeof policyMatchSchema>;

/** What such a model gets beside its connection's defaults, at least one thing. */
export const policyActionsSchema = z
  .strictObject({
    access: explicitAccessSchema.optional(),
    tags: modelMetaSchema.shape.tags,
    /** A picture, as in a model's `meta.profile_image_url`. */
    image: profileImageUrlSchema.optional(),
    active: z.boolean().optional(),
    hidden: z.boolean().optional(),
  })
  .refine(
    (actions) => Object.values(actions).some((value) => value !== undefined),
    "must do at least one thing",
  );
export type PolicyActions = z.output<typeof policyActionsSchema>;

/** A rule for models that nobody has decided about yet. */
export type DiscoveryPolicy = {
  readonly uid: string;
  readonly name: string;
  /** Earlier ones win. */
  readonly position: number;
  readonly enabled: boolean;
  readonly match: PolicyMatch;
  readonly actions: PolicyActions;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A model as a policy sees it: one place where it is served. */
export type DiscoveredPlace = {
  readonly connectionUid: string;
  readonly upstreamId: string;
  readonly modelId: string;
  readonly facts: Pick<ModelFacts, "capabilities">;
};

/** The one that decides about a model: the first enabled one, in their order, that matches. */
export function findDecidingPolicy<P extends Pick<DiscoveryPolicy, "enabled" | "match">>(
  policies: readonly P[],
  place: DiscoveredPlace,
): P | undefined {
  return policies.find(({ enabled, match }) => enabled && matchesPlace(match, place));
}

function matchesPlace({ connections, pattern, capabilities }: PolicyMatch, place: DiscoveredPlace): boolean {
  if (connections !== undefined && !connections.includes(place.connectionUid)) return false;
  if (
    pattern !== undefined &&
    !matchesGlob(pattern, place.upstreamId) &&
    !matchesGlob(pattern, place.modelId)
  )
    return false;
  const known = place.facts.capabilities ?? [];
  return capabilities === undefined || capabilities.every((capability) => known.includes(capability));
}
