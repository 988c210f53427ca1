import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Archives the connection: its secrets are erased, models with settings or dependants stay as gone. */
export const deleteConnection = administratorProcedure("none")
  .input(z.strictObject({ uid: z.uuid() }))
  .output(z.strictObject({ uid: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.connections.delete(ctx.actor, input.uid, ctx.client);
    return { uid: input.uid };
  });
