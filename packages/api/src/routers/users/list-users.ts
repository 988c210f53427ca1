import { accountStatuses, roles } from "@corral/access-control";
import { limits } from "@corral/core";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { userSchema } from "../auth/session-schemas.ts";

/** Accounts by name. Needs `users.read`. */
export const listUsers = memberProcedure("none")
  .input(
    z.strictObject({
      role: z.enum(roles).optional(),
      status: z.enum(accountStatuses).optional(),
      kind: z.enum(["person", "service"]).optional(),
      search: z.string().trim().min(1).max(limits.searchLength).optional(),
      offset: z.int().min(0).max(1_000_000).default(0),
      limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
    }),
  )
  .output(z.strictObject({ users: z.array(userSchema), total: z.number() }))
  .query(async ({ ctx, input }) => {
    const { users, total } = await ctx.services.users.list(ctx.actor, withoutUndefined(input));
    return { users: [...users], total };
  });
