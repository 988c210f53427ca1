import type { OllamaPullJob } from "@corral/core";
import { zAsyncIterable } from "../../z-async-iterable.ts";
import { administratorProcedure } from "../../trpc.ts";
import { pullOnServerSchema } from "./ollama-schemas.ts";

/** A download as it is, then whenever it has changed, until it ends. Leaving does not stop it. */
export const watchPull = administratorProcedure("connections:read")
  .input(pullOnServerSchema)
  .output(zAsyncIterable<OllamaPullJob>())
  .subscription(async function* ({ ctx, input }) {
    yield* await ctx.services.ollama.watchPull(ctx.actor, input, { signal: ctx.beginCall() });
  });
