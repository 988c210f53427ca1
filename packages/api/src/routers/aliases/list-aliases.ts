import { aliasViewSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** The aliases that the caller can call, by name; to administrators all, with what they stand for. */
export const listAliases = memberProcedure("models:read")
  .output(z.strictObject({ aliases: z.array(aliasViewSchema) }))
  .query(({ ctx }) => ({ aliases: [...ctx.services.aliases.list(ctx.actor)] }));
