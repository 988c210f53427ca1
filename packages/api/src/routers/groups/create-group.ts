import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";
import { fromSeenGroup, groupFields, groupSchema } from "./group-schemas.ts";

export const createGroup = administratorProcedure("admin")
  .input(
    z.strictObject({
      name: groupFields.name,
      description: groupFields.description.default(""),
      memberIds: groupFields.memberIds.default([]),
      permissions: groupFields.permissions.default([]),
    }),
  )
  .output(groupSchema)
  .mutation(async ({ ctx, input }) =>
    fromSeenGroup(await ctx.services.groups.create(ctx.actor, input, ctx.client)),
  );
