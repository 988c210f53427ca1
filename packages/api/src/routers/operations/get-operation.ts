import { itemResultSchema, operationDetailQuerySchema, operationSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** An operation with a page of what became of its items, in the order in which they were written. */
export const getOperation = memberProcedure("models:read")
  .input(operationDetailQuerySchema)
  .output(z.strictObject({ operation: operationSchema, results: z.array(itemResultSchema).readonly() }))
  .query(({ ctx, input }) => ctx.services.operations.get(ctx.actor, input));
