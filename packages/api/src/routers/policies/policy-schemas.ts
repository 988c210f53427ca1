import { policyActionsSchema, policyMatchSchema, type DiscoveryPolicy } from "@corral/core";
import { z } from "zod";

export const policySchema = z.strictObject({
  uid: z.string(),
  name: z.string(),
  position: z.int(),
  enabled: z.boolean(),
  match: policyMatchSchema,
  actions: policyActionsSchema,
  revision: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const policiesSchema = z.strictObject({ policies: z.array(policySchema) });

export function toPoliciesOutput(policies: readonly DiscoveryPolicy[]): z.output<typeof policiesSchema> {
  return { policies: [...policies] };
}
