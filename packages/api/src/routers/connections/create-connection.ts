import { createConnectionSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { connectionSchema, toConnectionOutput } from "./connection-schemas.ts";

/** Adds an endpoint; its models arrive in the background. */
export const createConnection = administratorProcedure("none")
  .input(createConnectionSchema)
  .output(connectionSchema)
  .mutation(async ({ ctx, input }) =>
    toConnectionOutput(await ctx.services.connections.create(ctx.actor, input, ctx.client)),
  );
