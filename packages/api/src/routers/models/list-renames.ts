import { renameSuggestionSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Models that are gone and may be others under a new name. Nothing happens until an administrator says so. */
export const listRenames = administratorProcedure("admin")
  .output(z.strictObject({ suggestions: z.array(renameSuggestionSchema) }))
  .query(({ ctx }) => ({ suggestions: [...ctx.services.names.renames(ctx.actor)] }));
