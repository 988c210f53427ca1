import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { fromUserDetail, userDetailSchema } from "../auth/session-schemas.ts";

/** One account: one's own, or with `users.read` any. */
export const getUser = memberProcedure("none")
  .input(z.strictObject({ id: z.uuid() }))
  .output(userDetailSchema)
  .query(async ({ ctx, input }) => fromUserDetail(await ctx.services.users.get(ctx.actor, input.id)));
