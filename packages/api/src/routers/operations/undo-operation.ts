import { operationReportSchema, undoOperationSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Takes back what an operation wrote, as the caller's own change; what has changed since stays. */
export const undoOperation = memberProcedure("models:write")
  .input(undoOperationSchema)
  .output(operationReportSchema)
  .mutation(({ ctx, input }) => ctx.services.operations.undo(ctx.actor, input, ctx.client));
