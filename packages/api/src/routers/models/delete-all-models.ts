import { deleteAllModelsSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Deletes every record, settings of providers' models included. The number says that the caller means all of them. */
export const deleteAllModels = administratorProcedure("admin")
  .input(deleteAllModelsSchema)
  .output(z.strictObject({ deleted: z.int() }))
  .mutation(async ({ ctx, input }) => ({
    deleted: await ctx.services.models.deleteAll(ctx.actor, input, ctx.client),
  }));
