import { listParams as listAllParams, paramCatalogSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Every param that a model may set: type, range, group, and what becomes of it at each kind of provider. */
export const listParams = memberProcedure("models:read")
  .output(paramCatalogSchema)
  .query(({ ctx }) => listAllParams(ctx.services.providerParams));
