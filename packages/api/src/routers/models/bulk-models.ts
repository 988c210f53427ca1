import { bulkRequestSchema, operationReportSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Changes many models at once, each as the caller could change it alone; `dryRun` tells what would become of each. */
export const bulkModels = memberProcedure("models:write")
  .input(bulkRequestSchema)
  .output(operationReportSchema)
  .mutation(({ ctx, input }) => ctx.services.operations.bulk(ctx.actor, input, ctx.client));
