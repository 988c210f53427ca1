import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Ends one of the caller's keys: when this answers, nobody is let in by it. */
export const deleteKey = memberProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.keys.delete(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
