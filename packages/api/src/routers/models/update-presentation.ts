import { presentationViewSchema, updatePresentationSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** A patch, based on a revision: a list that is present is the new list. */
export const updatePresentation = administratorProcedure("admin")
  .input(updatePresentationSchema)
  .output(presentationViewSchema)
  .mutation(({ ctx, input }) => ctx.services.presentation.update(ctx.actor, input, ctx.client));
