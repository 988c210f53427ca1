import { modelIdSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Frees the name. */
export const deleteAlias = administratorProcedure("admin")
  .input(z.strictObject({ id: modelIdSchema }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.aliases.delete(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
