import { modelDetailSchema, updateModelSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** A patch, one level deep, based on a revision. */
export const updateModel = memberProcedure("models:write")
  .input(updateModelSchema)
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.update(ctx.actor, input, ctx.client));
