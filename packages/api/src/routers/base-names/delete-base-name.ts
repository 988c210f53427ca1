import { deleteBaseNameSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

export const deleteBaseName = administratorProcedure("admin")
  .input(deleteBaseNameSchema)
  .output(z.strictObject({ name: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.baseNames.delete(ctx.actor, input.name, ctx.client);
    return { name: input.name };
  });
