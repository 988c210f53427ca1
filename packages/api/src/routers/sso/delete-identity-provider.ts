import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Nobody signs in there any more, and the sessions that it began end; accounts stay. */
export const deleteIdentityProvider = administratorProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.identityProviders.delete(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
