import { createPolicySchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { policySchema } from "./policy-schemas.ts";

/** A new rule at the end of the order. What is known already is not touched. */
export const createPolicy = administratorProcedure("none")
  .input(createPolicySchema)
  .output(policySchema)
  .mutation(({ ctx, input }) => ctx.services.policies.create(ctx.actor, input, ctx.client));
