import { ollamaRunningModelSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { onServerSchema } from "./ollama-schemas.ts";

/** What is in a server's memory. */
export const listRunningModels = administratorProcedure("connections:read")
  .input(onServerSchema)
  .output(z.array(ollamaRunningModelSchema).readonly())
  .query(({ ctx, input }) => ctx.services.ollama.running(ctx.actor, input, { signal: ctx.beginCall() }));
