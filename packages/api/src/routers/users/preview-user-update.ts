import { previewUserSchema, userPreviewSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** Which models would stop because the account no longer vouches for their base. */
export const previewUserUpdate = administratorProcedure("none")
  .input(previewUserSchema)
  .output(userPreviewSchema)
  .query(({ ctx, input }) => ctx.services.previews.user(ctx.actor, input));
