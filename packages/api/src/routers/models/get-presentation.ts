import { presentationViewSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** The default model, the pinned ones and the order in which models are offered, as far as the caller may see them. */
export const getPresentation = memberProcedure("models:read")
  .output(presentationViewSchema)
  .query(({ ctx }) => ctx.services.presentation.get(ctx.actor));
