import { deprecateModelSchema, modelDetailSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Announces the end of a model, with a date and a successor as far as they are known. Replaces what was announced before. */
export const deprecateModel = memberProcedure("models:write")
  .input(deprecateModelSchema)
  .output(modelDetailSchema)
  .mutation(async ({ ctx, input }) => {
    await ctx.services.lifecycles.deprecate(ctx.actor, input, ctx.client);
    return ctx.services.models.get(ctx.actor, input.id);
  });
