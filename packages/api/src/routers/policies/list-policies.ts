import { administratorProcedure } from "../../trpc.ts";
import { policiesSchema, toPoliciesOutput } from "./policy-schemas.ts";

/** The rules for newly discovered models; the first enabled one that matches decides. */
export const listPolicies = administratorProcedure("none")
  .output(policiesSchema)
  .query(async ({ ctx }) => toPoliciesOutput(await ctx.services.policies.list(ctx.actor)));
