import { portraitSchema } from "@corral/core";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { fromUserDetail, personNameSchema, userDetailSchema } from "./session-schemas.ts";

/** One's own name and picture. */
export const updateProfile = memberProcedure("none")
  .input(z.strictObject({ name: personNameSchema.optional(), image: portraitSchema.nullable().optional() }))
  .output(userDetailSchema)
  .mutation(async ({ ctx, input }) =>
    fromUserDetail(await ctx.services.users.updateOwn(ctx.actor, withoutUndefined(input), ctx.client)),
  );
