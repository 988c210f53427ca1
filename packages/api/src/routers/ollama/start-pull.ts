import { ollamaPullJobSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { modelOnServerSchema } from "./ollama-schemas.ts";

/** Starts a download that goes on whoever watches, or joins the running one of the same model. */
export const startPull = administratorProcedure("admin")
  .input(modelOnServerSchema)
  .output(ollamaPullJobSchema)
  .mutation(({ ctx, input }) => ctx.services.ollama.startPull(ctx.actor, input, ctx.client));
