import { restoreConnectionSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { connectionSchema, toConnectionOutput } from "./connection-schemas.ts";

/** Takes a deleted connection back under its uid. Its secrets were erased and are given anew. */
export const restoreConnection = administratorProcedure("none")
  .input(restoreConnectionSchema)
  .output(connectionSchema)
  .mutation(async ({ ctx, input }) =>
    toConnectionOutput(await ctx.services.connections.restore(ctx.actor, input, ctx.client)),
  );
