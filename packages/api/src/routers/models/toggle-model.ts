import { modelDetailSchema, modelIdSchema } from "@corral/core";
import { z } from "zod";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";

/** Activates or deactivates; flips when no value is given. */
export const toggleModel = memberProcedure("models:write")
  .input(z.strictObject({ id: modelIdSchema, isActive: z.boolean().optional() }))
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.toggle(ctx.actor, withoutUndefined(input), ctx.client));
