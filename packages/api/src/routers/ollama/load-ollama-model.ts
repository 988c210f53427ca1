import { ollamaOptionShape } from "@corral/core";
import { withoutUndefined } from "../../without-undefined.ts";
import { administratorProcedure } from "../../trpc.ts";
import { done, doneSchema, modelOnServerSchema } from "./ollama-schemas.ts";

const loadSchema = modelOnServerSchema.extend({
  /** Seconds, or a duration such as `5m`; below zero for ever. */
  keepAlive: ollamaOptionShape.keep_alive.optional(),
  contextLength: ollamaOptionShape.num_ctx.optional(),
});

/** Brings a model into memory, or changes how long it stays there. */
export const loadOllamaModel = administratorProcedure("admin")
  .input(loadSchema)
  .output(doneSchema)
  .mutation(async ({ ctx, input }) => {
    const context = { ...ctx.client, signal: ctx.beginCall() };
    await ctx.services.ollama.load(ctx.actor, withoutUndefined(input), context);
    return done;
  });
