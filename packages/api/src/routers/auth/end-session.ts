import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

/** Ends one of the caller's sessions. */
export const endSession = accountProcedure
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.sessions.end(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
