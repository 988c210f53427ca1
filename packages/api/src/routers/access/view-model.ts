import { modelDetailSchema, viewModelSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** A model as somebody else sees it. Each look is written to the audit log. */
export const viewModel = administratorProcedure("none")
  .input(viewModelSchema)
  .output(modelDetailSchema)
  .query(({ ctx, input }) => ctx.services.access.viewModel(ctx.actor, input, ctx.client));
