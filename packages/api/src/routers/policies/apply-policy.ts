import { appliedPolicySchema, applyPolicySchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** Does to known models what the rule would have done, where nobody has decided about them. */
export const applyPolicy = administratorProcedure("none")
  .input(applyPolicySchema)
  .output(appliedPolicySchema)
  .mutation(({ ctx, input }) => ctx.services.policies.apply(ctx.actor, input, ctx.client));
