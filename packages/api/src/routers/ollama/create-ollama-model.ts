import { jsonObjectSchema, limits, type OllamaProgress } from "@corral/core";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { zAsyncIterable } from "../../z-async-iterable.ts";
import { administratorProcedure } from "../../trpc.ts";
import { modelOnServerSchema } from "./ollama-schemas.ts";

/** No files: bytes of a caller's never reach a server's importers. */
const createSchema = modelOnServerSchema.extend({
  from: z.string().trim().min(1).max(512),
  system: z.string().max(limits.systemLength).optional(),
  template: z.string().max(limits.systemLength).optional(),
  license: z.string().max(limits.systemLength).optional(),
  parameters: jsonObjectSchema.optional(),
  quantize: z.string().max(32).optional(),
});

/** Makes a model on a server out of another one, step by step. Leaving stops it. */
export const createOllamaModel = administratorProcedure("admin")
  .input(createSchema)
  .output(zAsyncIterable<OllamaProgress>())
  .mutation(({ ctx, input }) => {
    const context = { ...ctx.client, signal: ctx.beginStream() };
    return ctx.services.ollama.create(ctx.actor, withoutUndefined(input), context);
  });
