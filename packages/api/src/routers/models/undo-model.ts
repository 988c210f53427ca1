import { operationReportSchema, undoModelSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Takes one write back, also a deletion; refused when the model has changed since. */
export const undoModel = memberProcedure("models:write")
  .input(undoModelSchema)
  .output(operationReportSchema)
  .mutation(({ ctx, input }) => ctx.services.operations.undoModel(ctx.actor, input, ctx.client));
