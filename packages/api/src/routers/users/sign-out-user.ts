import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Ends every session of an account. Its keys go on. */
export const signOutUser = administratorProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ ended: z.int() }))
  .mutation(async ({ ctx, input }) => ({
    ended: await ctx.services.users.signOut(ctx.actor, input.id, ctx.client),
  }));
