import { modelHistoryQuerySchema, modelHistorySchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** What was written to a model and by whom, newest first, for those who may write it. */
export const listModelHistory = memberProcedure("models:read")
  .input(modelHistoryQuerySchema)
  .output(modelHistorySchema)
  .query(({ ctx, input }) => ctx.services.models.history(ctx.actor, input));
