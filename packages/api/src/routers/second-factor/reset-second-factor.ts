import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** For somebody who has lost app and codes: second factor and passkeys go, and all sessions end. */
export const resetSecondFactor = administratorProcedure("none")
  .input(z.strictObject({ userId: z.uuid() }))
  .output(z.strictObject({ userId: z.string() }))
  .mutation(async ({ ctx, input: { userId } }) => {
    await ctx.services.secondFactors.reset(ctx.actor, userId, ctx.client);
    return { userId };
  });
