import { ollamaPullJobSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { pullOnServerSchema } from "./ollama-schemas.ts";

/** Stops a download. What has arrived stays on the server, and a new pull resumes. */
export const cancelPull = administratorProcedure("admin")
  .input(pullOnServerSchema)
  .output(ollamaPullJobSchema)
  .mutation(({ ctx, input }) => ctx.services.ollama.cancelPull(ctx.actor, input, ctx.client));
