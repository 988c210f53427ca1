import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

/** Ends the session that the call came with. */
export const signOut = accountProcedure
  .output(z.strictObject({ signedOut: z.literal(true) }))
  .mutation(async ({ ctx }) => {
    await ctx.services.accounts.signOut(ctx.actor);
    ctx.session.clear();
    return { signedOut: true as const };
  });
