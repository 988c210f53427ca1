import { policyPreviewSchema, previewPolicySchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** What a rule, stored or still being written, would have done to the models that are known. Writes nothing. */
export const previewPolicy = administratorProcedure("none")
  .input(previewPolicySchema)
  .output(policyPreviewSchema)
  .query(({ ctx, input }) => ctx.services.policies.preview(ctx.actor, input));
