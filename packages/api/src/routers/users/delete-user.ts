import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/**
 * Deletes an account with its sessions, keys and grants. Its models go to somebody, or to nobody: then administrators
 * manage them.
 */
export const deleteUser = administratorProcedure("none")
  .input(z.strictObject({ id: z.uuid(), transferTo: z.uuid().nullable().default(null) }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.users.delete(ctx.actor, input, ctx.client);
    return { id: input.id };
  });
