import { modelDetailSchema, modelIdSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Takes the announced end of a model back. */
export const reinstateModel = memberProcedure("models:write")
  .input(z.strictObject({ id: modelIdSchema }))
  .output(modelDetailSchema)
  .mutation(async ({ ctx, input }) => {
    await ctx.services.lifecycles.reinstate(ctx.actor, input.id, ctx.client);
    return ctx.services.models.get(ctx.actor, input.id);
  });
