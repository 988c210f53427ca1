import { limits } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/**
 * Active people to share with, by a part of their name or their whole address. Needs `models.share` or `users.read`,
 * and only the latter shows addresses, and finds by a part of them.
 */
export const searchUsers = memberProcedure("none")
  .input(z.strictObject({ search: z.string().trim().min(2).max(limits.searchLength) }))
  .output(
    z.strictObject({
      users: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          kind: z.enum(["person", "service"]),
          email: z.string().nullable(),
        }),
      ),
    }),
  )
  .query(async ({ ctx, input }) => ({
    users: [...(await ctx.services.users.search(ctx.actor, input.search))],
  }));
