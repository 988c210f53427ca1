import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Makes a link by which somebody chooses a new password, and shows it once. The old password goes on until then. */
export const resetUserPassword = administratorProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.strictObject({ url: z.string(), expiresAt: z.string() }))
  .mutation(async ({ ctx, input }) => {
    const { url, expiresAt } = await ctx.services.links.createPasswordLink(ctx.actor, input.id, ctx.client);
    return { url: url.reveal(), expiresAt };
  });
