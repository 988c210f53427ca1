import { removePinSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Lets those who were held to a revision call the current one again. */
export const removeModelPin = memberProcedure("models:write")
  .input(removePinSchema)
  .output(z.strictObject({ uid: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.pins.remove(ctx.actor, input, ctx.client);
    return { uid: input.uid };
  });
