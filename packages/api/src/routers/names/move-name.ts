import { moveNameSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Gives a bare name to the model of another connection. */
export const moveName = administratorProcedure("admin")
  .input(moveNameSchema)
  .output(z.strictObject({ name: z.string(), owner: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.names.move(ctx.actor, input, ctx.client);
    return { name: input.name, owner: input.to };
  });
