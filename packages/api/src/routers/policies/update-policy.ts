import { updatePolicySchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { policySchema } from "./policy-schemas.ts";

/** A patch based on a revision. */
export const updatePolicy = administratorProcedure("none")
  .input(updatePolicySchema)
  .output(policySchema)
  .mutation(({ ctx, input }) => ctx.services.policies.update(ctx.actor, input, ctx.client));
