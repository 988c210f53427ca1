import { administratorProcedure } from "../../trpc.ts";
import { done, doneSchema, modelOnServerSchema } from "./ollama-schemas.ts";

/** Takes a model out of memory once running calls are over. */
export const unloadOllamaModel = administratorProcedure("admin")
  .input(modelOnServerSchema)
  .output(doneSchema)
  .mutation(async ({ ctx, input }) => {
    await ctx.services.ollama.unload(ctx.actor, input, { ...ctx.client, signal: ctx.beginCall() });
    return done;
  });
