import { aliasViewSchema, updateAliasSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** A patch, based on a revision: `targets` is the new list. */
export const updateAlias = administratorProcedure("admin")
  .input(updateAliasSchema)
  .output(aliasViewSchema)
  .mutation(({ ctx, input }) => ctx.services.aliases.update(ctx.actor, input, ctx.client));
