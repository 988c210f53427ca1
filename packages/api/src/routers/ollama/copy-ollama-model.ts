import { administratorProcedure } from "../../trpc.ts";
import { done, doneSchema, copySchema } from "./ollama-schemas.ts";

/** Gives a model a second name on its server. */
export const copyOllamaModel = administratorProcedure("admin")
  .input(copySchema)
  .output(doneSchema)
  .mutation(async ({ ctx, input }) => {
    await ctx.services.ollama.copy(ctx.actor, input, { ...ctx.client, signal: ctx.beginCall() });
    return done;
  });
