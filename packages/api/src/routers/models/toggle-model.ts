import { modelDetailSchema, toggleModelSchema } from "@corral/core";
import { withoutUndefined } from "../../without-undefined.ts";
import { memberProcedure } from "../../trpc.ts";

/** Activates or deactivates; flips when no value is given. `dependents: "keep"` hides instead what others stand on. */
export const toggleModel = memberProcedure("models:write")
  .input(toggleModelSchema)
  .output(modelDetailSchema)
  .mutation(({ ctx, input }) => ctx.services.models.toggle(ctx.actor, withoutUndefined(input), ctx.client));
