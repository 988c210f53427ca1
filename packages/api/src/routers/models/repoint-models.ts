import { errorCodeSchema, itemOutcomes, repointModelsSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

const resultSchema = z.strictObject({
  id: z.string(),
  outcome: z.enum(itemOutcomes),
  error: z
    .strictObject({
      code: errorCodeSchema,
      message: z.string(),
    })
    .nullable(),
  notes: z.array(z.string()),
});

/** Builds on another model what is built directly on this one, each as its own update would be judged. */
export const repointModels = memberProcedure("models:write")
  .input(repointModelsSchema)
  .output(z.strictObject({ results: z.array(resultSchema), aliases: z.array(z.string()) }))
  .mutation(async ({ ctx, input }) => {
    const { results, aliases } = await ctx.services.lifecycles.repoint(ctx.actor, input, ctx.client);
    return {
      results: results.map(({ id, outcome, error, notes }) => ({
        id,
        outcome,
        error: error && { code: error.code, message: error.message },
        notes: [...notes],
      })),
      aliases: [...aliases],
    };
  });
