import { compareVersionsSchema, versionDifferenceSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** What lies between two versions of a model, in either direction. */
export const compareModelVersions = memberProcedure("models:read")
  .input(compareVersionsSchema)
  .output(versionDifferenceSchema)
  .query(({ ctx, input }) => ctx.services.models.compare(ctx.actor, input));
