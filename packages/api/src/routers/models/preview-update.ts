import { updateModelSchema, updatePreviewSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** What an update would change and for whom, without writing; or why it would be refused. */
export const previewUpdate = memberProcedure("models:read")
  .input(updateModelSchema)
  .output(updatePreviewSchema)
  .query(({ ctx, input }) => ctx.services.previews.update(ctx.actor, input));
