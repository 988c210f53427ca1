import { ollamaPullJobSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { onServerSchema } from "./ollama-schemas.ts";

/** The downloads of a server that run or ended lately, newest first. */
export const listPulls = administratorProcedure("connections:read")
  .input(onServerSchema)
  .output(z.array(ollamaPullJobSchema).readonly())
  .query(({ ctx, input }) => ctx.services.ollama.pulls(ctx.actor, input));
