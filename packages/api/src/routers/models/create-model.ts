import { createModelSchema, modelDetailSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** A custom model over a base, or an administrator's settings for a provider's own model. */
export const createModel = memberProcedure("models:write")
  .input(createModelSchema)
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.create(ctx.actor, input, ctx.client));
