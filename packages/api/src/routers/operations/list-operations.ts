import { operationQuerySchema, operationSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** One's own writes of many models, newest first; everybody's for administrators. */
export const listOperations = memberProcedure("models:read")
  .input(operationQuerySchema)
  .output(z.strictObject({ operations: z.array(operationSchema).readonly(), total: z.int() }))
  .query(({ ctx, input }) => ctx.services.operations.list(ctx.actor, input));
