import { archivedQuerySchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { connectionSchema, toConnectionOutput } from "./connection-schemas.ts";

/**
 * Deleted connections, the latest first. `like` gives those that a new endpoint of this kind and origin could be
 * instead: restoring one brings its models back under their uids.
 */
export const listArchivedConnections = administratorProcedure("none")
  .input(archivedQuerySchema)
  .output(
    z.strictObject({
      connections: z.array(connectionSchema.extend({ archivedAt: z.string(), modelCount: z.int() })),
    }),
  )
  .query(async ({ ctx, input }) => {
    const archived = await ctx.services.connections.listArchived(ctx.actor, input);
    return {
      connections: archived.map(({ archivedAt, modelCount, ...connection }) => ({
        ...toConnectionOutput(connection),
        archivedAt,
        modelCount,
      })),
    };
  });
