import { namePageSchema, nameQuerySchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** Who bears which name, which are reserved for models that are gone, and who is shadowed. */
export const listNames = administratorProcedure("admin")
  .input(nameQuerySchema)
  .output(namePageSchema)
  .query(({ ctx, input }) => ctx.services.names.list(ctx.actor, input));
