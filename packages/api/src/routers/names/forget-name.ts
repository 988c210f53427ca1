import { forgetNameSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Frees a name that is reserved for a model that is gone. */
export const forgetName = administratorProcedure("admin")
  .input(forgetNameSchema)
  .output(z.strictObject({ name: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.names.forget(ctx.actor, input, ctx.client);
    return { name: input.name };
  });
