import { administratorProcedure } from "../../trpc.ts";
import { done, doneSchema, modelOnServerSchema } from "./ollama-schemas.ts";

/** Deletes a model from its server. */
export const deleteOllamaModel = administratorProcedure("admin")
  .input(modelOnServerSchema)
  .output(doneSchema)
  .mutation(async ({ ctx, input }) => {
    await ctx.services.ollama.delete(ctx.actor, input, { ...ctx.client, signal: ctx.beginCall() });
    return done;
  });
