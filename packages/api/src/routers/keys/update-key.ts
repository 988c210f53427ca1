import { updateKeySchema } from "@corral/core";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";
import { fromOwnKey, keyOwner, ownKeySchema } from "./key-schemas.ts";

/** A present field replaces its whole value. What the key may do changes with the answer. */
export const updateKey = memberProcedure("none")
  .input(updateKeySchema.extend(keyOwner))
  .output(ownKeySchema)
  .mutation(async ({ ctx, input }) =>
    fromOwnKey(await ctx.services.keys.update(ctx.actor, withoutUndefined(input), ctx.client)),
  );
