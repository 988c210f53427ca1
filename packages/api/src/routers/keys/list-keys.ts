import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { fromOwnKey, keyOwner, ownKeySchema } from "./key-schemas.ts";

/** The caller's own keys, masked, the newest first; the one named `default` and expired ones too. */
export const listKeys = memberProcedure("none")
  .input(z.strictObject(keyOwner).prefault({}))
  .output(z.strictObject({ keys: z.array(ownKeySchema) }))
  .query(async ({ ctx, input }) => ({
    keys: (await ctx.services.keys.list(ctx.actor, withoutUndefined(input))).map(fromOwnKey),
  }));
