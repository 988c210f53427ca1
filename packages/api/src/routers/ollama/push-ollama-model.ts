import type { OllamaProgress } from "@corral/core";
import { zAsyncIterable } from "../../z-async-iterable.ts";
import { administratorProcedure } from "../../trpc.ts";
import { modelOnServerSchema } from "./ollama-schemas.ts";

/** Uploads a model to its registry, step by step. Leaving stops it. */
export const pushOllamaModel = administratorProcedure("admin")
  .input(modelOnServerSchema)
  .output(zAsyncIterable<OllamaProgress>())
  .mutation(({ ctx, input }) => {
    const context = { ...ctx.client, signal: ctx.beginStream() };
    return ctx.services.ollama.push(ctx.actor, input, context);
  });
