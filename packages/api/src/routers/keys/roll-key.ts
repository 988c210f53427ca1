import { limits } from "@corral/core";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { fromOwnKey, keyOwner, madeKeySchema } from "./key-schemas.ts";

const input = z.strictObject({
  ...keyOwner,
  id: z.uuid(),
  /** How long the old secret goes on, so that programs can be changed one by one. */
  overlapMinutes: z.int().min(0).max(limits.keyOverlapMinutesMax).default(0),
});

/** Gives a key a new secret, shown once. */
export const rollKey = memberProcedure("none")
  .input(input)
  .output(madeKeySchema)
  .mutation(async ({ ctx, input: wanted }) => {
    const { apiKey, key } = await ctx.services.keys.roll(ctx.actor, withoutUndefined(wanted), ctx.client);
    return { apiKey: fromOwnKey(apiKey), key: key.reveal() };
  });
