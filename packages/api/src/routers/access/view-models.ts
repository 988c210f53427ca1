import { modelPageSchema, viewModelsSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** A page of the catalog as somebody else sees it. Each look is written to the audit log. */
export const viewModels = administratorProcedure("none")
  .input(viewModelsSchema)
  .output(modelPageSchema)
  .query(({ ctx, input: { userId, ...query } }) =>
    ctx.services.access.viewModels(ctx.actor, { userId, query }, ctx.client),
  );
