import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { administratorProcedure } from "../../trpc.ts";
import { fromSeenGroup, groupFields, groupSchema } from "./group-schemas.ts";

/** A present field replaces its whole value: `memberIds` is the new list of members. */
export const updateGroup = administratorProcedure("admin")
  .input(z.strictObject({ id: z.uuid(), ...z.strictObject(groupFields).partial().shape }))
  .output(groupSchema)
  .mutation(async ({ ctx, input }) =>
    fromSeenGroup(await ctx.services.groups.update(ctx.actor, withoutUndefined(input), ctx.client)),
  );
