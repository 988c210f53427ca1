import { ollamaModelInfoSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { modelOnServerSchema } from "./ollama-schemas.ts";

/** Everything that a server says of one model. */
export const showOllamaModel = administratorProcedure("connections:read")
  .input(modelOnServerSchema)
  .output(ollamaModelInfoSchema)
  .query(({ ctx, input }) => ctx.services.ollama.show(ctx.actor, input, { signal: ctx.beginCall() }));
