import { createKeySchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";
import { fromOwnKey, madeKeySchema } from "./key-schemas.ts";

/** Makes a key with scopes, an end and maybe a list of models, and shows it once. */
export const createKey = memberProcedure("none")
  .input(createKeySchema)
  .output(madeKeySchema)
  .mutation(async ({ ctx, input }) => {
    const { apiKey, key } = await ctx.services.keys.create(ctx.actor, input, ctx.client);
    return { apiKey: fromOwnKey(apiKey), key: key.reveal() };
  });
