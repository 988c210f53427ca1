import { baseNameViewSchema, saveBaseNameSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";
import { withoutUndefined } from "../../without-undefined.ts";

/** Params, tags, capabilities and image for all tags of a name; the settings of a single tag win. */
export const saveBaseName = administratorProcedure("admin")
  .input(saveBaseNameSchema)
  .output(baseNameViewSchema)
  .mutation(({ ctx, input }) =>
    ctx.services.baseNames.save(ctx.actor, { ...input, meta: withoutUndefined(input.meta) }, ctx.client),
  );
