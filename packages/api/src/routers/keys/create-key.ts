import { createKeySchema } from "@corral/core";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { fromOwnKey, keyOwner, madeKeySchema } from "./key-schemas.ts";

/** Makes a key with scopes, an end and maybe a list of models, and shows it once. */
export const createKey = memberProcedure("none")
  .input(createKeySchema.extend(keyOwner))
  .output(madeKeySchema)
  .mutation(async ({ ctx, input }) => {
    const { apiKey, key } = await ctx.services.keys.create(ctx.actor, withoutUndefined(input), ctx.client);
    return { apiKey: fromOwnKey(apiKey), key: key.reveal() };
  });
