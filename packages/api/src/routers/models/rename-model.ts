import { modelDetailSchema, renameModelSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** All that stood on a model that is gone stands on the one it became; the old name stays as an alias. */
export const renameModel = administratorProcedure("admin")
  .input(renameModelSchema)
  .output(modelDetailSchema)
  .mutation(async ({ ctx, input }) => {
    await ctx.services.names.rename(ctx.actor, input, ctx.client);
    return ctx.services.models.get(ctx.actor, input.to);
  });
