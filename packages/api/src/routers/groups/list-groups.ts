import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { fromSeenGroup, groupSchema } from "./group-schemas.ts";

/** All groups for administrators, their own for members. */
export const listGroups = memberProcedure("models:read")
  .output(z.strictObject({ groups: z.array(groupSchema) }))
  .query(async ({ ctx }) => {
    const groups = await ctx.services.groups.list(ctx.actor);
    return { groups: groups.map(fromSeenGroup) };
  });
