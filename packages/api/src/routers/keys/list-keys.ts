import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { fromOwnKey, ownKeySchema } from "./key-schemas.ts";

/** The caller's own keys, masked, the newest first; the one named `default` and expired ones too. */
export const listKeys = memberProcedure("none")
  .output(z.strictObject({ keys: z.array(ownKeySchema) }))
  .query(async ({ ctx }) => ({ keys: (await ctx.services.keys.list(ctx.actor)).map(fromOwnKey) }));
