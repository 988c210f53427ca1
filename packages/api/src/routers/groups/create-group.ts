import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { groupFields, groupSchema } from "./group-schemas.ts";

export const createGroup = administratorProcedure("admin")
  .input(
    z.strictObject({
      name: groupFields.name,
      description: groupFields.description.default(""),
      memberIds: groupFields.memberIds.default([]),
    }),
  )
  .output(groupSchema)
  .mutation(async ({ ctx, input }) => {
    const group = await ctx.services.groups.create(ctx.actor, input, ctx.client);
    return { ...group, memberIds: [...group.memberIds] };
  });
