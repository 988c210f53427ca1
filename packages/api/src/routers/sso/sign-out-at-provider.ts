import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

/** Ends the session here, and tells where a browser goes to end it at the identity provider; `null` without one. */
export const signOutAtProvider = accountProcedure
  .output(z.strictObject({ url: z.string().nullable() }))
  .mutation(async ({ ctx }) => {
    const url = await ctx.services.singleSignOn.signOut(ctx.actor);
    ctx.session.clear();
    return { url: url?.href ?? null };
  });
