import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Ends an open invitation: from the answer on, its link lets nobody in. */
export const revokeInvitation = administratorProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.links.revoke(ctx.actor, input.id, ctx.client);
    return { id: input.id };
  });
