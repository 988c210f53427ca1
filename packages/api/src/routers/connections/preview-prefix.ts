import { previewPrefixSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** What another prefix would do to the names of a connection's models; `connections.update` then does it. */
export const previewPrefix = administratorProcedure("none")
  .input(previewPrefixSchema)
  .output(
    z.strictObject({
      renames: z.array(
        z.strictObject({
          baseUid: z.string(),
          upstreamId: z.string(),
          from: z.string(),
          to: z.string(),
          outcome: z.enum(["renamed", "joined", "split", "shadowed", "unnamed"]),
          /** Who has the wanted name. */
          takenBy: z.string().nullable(),
        }),
      ),
    }),
  )
  .query(async ({ ctx, input }) => {
    const renames = await ctx.services.connections.previewPrefix(ctx.actor, input);
    return {
      renames: renames.map(({ baseUid, upstreamId, from, to, outcome, takenBy }) => ({
        baseUid,
        upstreamId,
        from,
        to,
        outcome,
        takenBy,
      })),
    };
  });
