import { callPreviewSchema, previewCallSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** What is sent to each place that may answer for a model, and why, for those who may write it. */
export const previewCall = memberProcedure("models:read")
  .input(previewCallSchema)
  .output(callPreviewSchema)
  .query(({ ctx, input }) => ctx.services.previews.call(ctx.actor, input));
