import { modelIdSchema, revisionPinSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Who calls which earlier revision of a model, for those who may write it. */
export const listModelPins = memberProcedure("models:read")
  .input(z.strictObject({ id: modelIdSchema }))
  .output(z.strictObject({ pins: z.array(revisionPinSchema).readonly() }))
  .query(async ({ ctx, input }) => ({ pins: await ctx.services.pins.list(ctx.actor, input.id) }));
