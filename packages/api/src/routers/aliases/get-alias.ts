import { aliasViewSchema, modelIdSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** One alias; what it stands for only to administrators. */
export const getAlias = memberProcedure("models:read")
  .input(z.strictObject({ id: modelIdSchema }))
  .output(aliasViewSchema)
  .query(({ ctx, input }) => ctx.services.aliases.get(ctx.actor, input.id));
