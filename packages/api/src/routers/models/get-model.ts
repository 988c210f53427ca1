import { modelDetailSchema, modelIdSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** One model; its definition only for those who may write it. */
export const getModel = memberProcedure("models:read")
  .input(z.strictObject({ id: modelIdSchema }))
  .output(modelDetailSchema)
  .query(({ ctx, input }) => ctx.services.models.get(ctx.actor, input.id));
