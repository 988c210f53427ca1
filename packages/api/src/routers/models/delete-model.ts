import { modelIdSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Refused with the dependants unless `force`. */
export const deleteModel = memberProcedure("models:write")
  .input(z.strictObject({ id: modelIdSchema, force: z.boolean().default(false) }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.models.delete(ctx.actor, input, ctx.client);
    return { id: input.id };
  });
