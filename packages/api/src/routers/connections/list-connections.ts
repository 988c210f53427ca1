import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { connectionHealthSchema, connectionSchema, toConnectionOutput } from "./connection-schemas.ts";

/** All connections in their order, each with its lamp. Needs `connections.read`. */
export const listConnections = memberProcedure("connections:read")
  .output(
    z.strictObject({
      connections: z.array(connectionSchema.extend({ health: connectionHealthSchema.nullable() })),
    }),
  )
  .query(async ({ ctx }) => {
    const connections = await ctx.services.connections.list(ctx.actor);
    return {
      connections: connections.map((connection) => ({
        ...toConnectionOutput(connection),
        health: ctx.services.board.of(connection.uid) ?? null,
      })),
    };
  });
