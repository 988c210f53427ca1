import { modelDetailSchema, takeOverBaseSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Vouches for a model's base in the place of the person who did. */
export const takeOverBase = memberProcedure("models:write")
  .input(takeOverBaseSchema)
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.takeOver(ctx.actor, input, ctx.client));
