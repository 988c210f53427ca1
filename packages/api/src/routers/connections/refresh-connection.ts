import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { connectionHealthSchema } from "./connection-schemas.ts";

/** Lists the connection's models again now. */
export const refreshConnection = administratorProcedure("connections:read")
  .input(z.strictObject({ uid: z.uuid() }))
  .output(connectionHealthSchema.nullable())
  .mutation(async ({ ctx, input }) => (await ctx.services.connections.refresh(ctx.actor, input.uid)) ?? null);
