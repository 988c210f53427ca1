import { updateConnectionSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { connectionSchema, toConnectionOutput } from "./connection-schemas.ts";

/** A patch based on a revision. An absent key stays, `null` removes it. */
export const updateConnection = administratorProcedure("none")
  .input(updateConnectionSchema)
  .output(connectionSchema)
  .mutation(async ({ ctx, input }) =>
    toConnectionOutput(await ctx.services.connections.update(ctx.actor, input, ctx.client)),
  );
