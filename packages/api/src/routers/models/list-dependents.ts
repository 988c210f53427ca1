import { dependentsQuerySchema, dependentsSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** What stands on a model, for those who may write it: by name what they may read, the rest as a number. */
export const listDependents = memberProcedure("models:read")
  .input(dependentsQuerySchema)
  .output(dependentsSchema)
  .query(({ ctx, input }) => ctx.services.previews.dependents(ctx.actor, input.id));
