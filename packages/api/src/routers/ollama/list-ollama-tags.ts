import { ollamaModelSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { onServerSchema } from "./ollama-schemas.ts";

/** What is installed on a server, newest first. */
export const listOllamaTags = administratorProcedure("connections:read")
  .input(onServerSchema)
  .output(z.array(ollamaModelSchema).readonly())
  .query(({ ctx, input }) => ctx.services.ollama.tags(ctx.actor, input, { signal: ctx.beginCall() }));
