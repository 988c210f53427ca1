import { aliasViewSchema, createAliasSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** A name for one or more models, chosen among by weight. */
export const createAlias = administratorProcedure("admin")
  .input(createAliasSchema)
  .output(aliasViewSchema)
  .mutation(({ ctx, input }) => ctx.services.aliases.create(ctx.actor, input, ctx.client));
