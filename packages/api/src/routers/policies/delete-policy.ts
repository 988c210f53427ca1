import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Ends a rule; what it did stays. */
export const deletePolicy = administratorProcedure("none")
  .input(z.strictObject({ uid: z.uuid() }))
  .output(z.strictObject({ uid: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.policies.delete(ctx.actor, input.uid, ctx.client);
    return { uid: input.uid };
  });
