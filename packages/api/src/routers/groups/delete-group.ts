import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** The grants of the group end with it. */
export const deleteGroup = administratorProcedure("admin")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.groups.delete(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
