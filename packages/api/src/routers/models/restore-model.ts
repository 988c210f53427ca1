import { modelDetailSchema, restoreModelSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Makes a model again what it was at a version, as a new version; judged as the caller's own change. */
export const restoreModel = memberProcedure("models:write")
  .input(restoreModelSchema)
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.restore(ctx.actor, input, ctx.client));
