import { basePreviewSchema, previewBaseSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** What is sent for a custom model now, and what if it had another base. */
export const previewBase = memberProcedure("models:read")
  .input(previewBaseSchema)
  .output(basePreviewSchema)
  .query(({ ctx, input }) => ctx.services.previews.base(ctx.actor, input));
