import { cloneModelSchema, modelDetailSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** A private model of the caller's own: a copy for those who may write the source, else one built upon it. */
export const cloneModel = memberProcedure("models:write")
  .input(cloneModelSchema)
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.clone(ctx.actor, input, ctx.client));
