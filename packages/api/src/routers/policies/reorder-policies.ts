import { reorderPoliciesSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { policiesSchema, toPoliciesOutput } from "./policy-schemas.ts";

/** Puts all rules into this order. */
export const reorderPolicies = administratorProcedure("none")
  .input(reorderPoliciesSchema)
  .output(policiesSchema)
  .mutation(async ({ ctx, input }) =>
    toPoliciesOutput(await ctx.services.policies.reorder(ctx.actor, input.uids, ctx.client)),
  );
