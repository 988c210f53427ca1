import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { keyOwner } from "./key-schemas.ts";

/** Ends one of the caller's keys: when this answers, nobody is let in by it. */
export const deleteKey = memberProcedure("none")
  .input(z.strictObject({ id: z.uuid(), ...keyOwner }))
  .output(z.strictObject({ id: z.string() }))
  .mutation(async ({ ctx, input }) => {
    await ctx.services.keys.delete(ctx.actor, withoutUndefined(input), ctx.client);
    return { id: input.id };
  });
