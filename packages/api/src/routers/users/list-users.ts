import { limits } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { userSchema } from "../auth/session-schemas.ts";

/** Accounts by name. Needs `users.read`. */
export const listUsers = memberProcedure("none")
  .input(
    z.strictObject({
      search: z.string().trim().min(1).max(limits.searchLength).optional(),
      offset: z.int().min(0).max(1_000_000).default(0),
      limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
    }),
  )
  .output(z.strictObject({ users: z.array(userSchema), total: z.number() }))
  .query(async ({ ctx, input: { search, ...page } }) => {
    const query = search === undefined ? page : { ...page, search };
    const { users, total } = await ctx.services.users.list(ctx.actor, query);
    return { users: [...users], total };
  });
