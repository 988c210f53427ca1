import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** From the answer on, no directory comes in by this token. What it made stays. */
export const deleteScimToken = administratorProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.scimTokens.delete(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
