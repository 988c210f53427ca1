import { memberProcedure } from "../../trpc.ts";
import { apiKeySchema } from "./key-schemas.ts";

/** The caller's key named `default`, masked; `null` without one. */
export const getKey = memberProcedure("none")
  .output(apiKeySchema.nullable())
  .query(async ({ ctx }) => (await ctx.services.accounts.findDefaultKey(ctx.actor.principal.userId)) ?? null);
