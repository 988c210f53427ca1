import { ollamaCloudStatusSchema, ollamaServerVersionSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { onServerSchema } from "./ollama-schemas.ts";

/** The server's version, what to know about it, and whether it may use models of ollama.com. */
export const getOllamaVersion = administratorProcedure("connections:read")
  .input(onServerSchema)
  .output(ollamaServerVersionSchema.extend({ cloud: ollamaCloudStatusSchema.nullable() }))
  .query(({ ctx, input }) => ctx.services.ollama.version(ctx.actor, input, { signal: ctx.beginCall() }));
