import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

/** Ends all of the caller's sessions, or all but this one. Keys go on. */
export const signOutEverywhere = accountProcedure
  .input(z.strictObject({ keepsCurrent: z.boolean().default(false) }).prefault({}))
  .output(z.strictObject({ ended: z.int() }))
  .mutation(async ({ ctx, input }) => {
    const ended = await ctx.services.sessions.endAll(ctx.actor, input, ctx.client);
    if (!input.keepsCurrent) ctx.session.clear();
    return { ended };
  });
