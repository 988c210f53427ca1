import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Revokes the caller's key named `default`. */
export const deleteDefaultKey = memberProcedure("none")
  .output(z.strictObject({ deleted: z.boolean() }))
  .mutation(async ({ ctx }) => {
    const { userId } = ctx.actor.principal;
    const author = { actorId: userId, requestId: ctx.client.requestId, action: "keys.deleteDefault" };
    return { deleted: await ctx.services.accounts.deleteDefaultKey(userId, author) };
  });
