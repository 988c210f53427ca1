import { memberProcedure } from "../../trpc.ts";
import { apiKeySchema, toDefaultKey } from "./key-schemas.ts";

/** The caller's key named `default`, masked; `null` without one. */
export const getDefaultKey = memberProcedure("none")
  .output(apiKeySchema.nullable())
  .query(async ({ ctx }) => {
    const key = await ctx.services.accounts.findDefaultKey(ctx.actor.principal.userId);
    return key === undefined ? null : toDefaultKey(key);
  });
