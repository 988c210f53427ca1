import { documentPlanSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { planFields } from "./document-schemas.ts";

/** What applying a document would do, object by object. Writes nothing; a mutation because a document is no address. */
export const planDocument = memberProcedure("models:read")
  .input(z.strictObject(planFields))
  .output(documentPlanSchema)
  .mutation(({ ctx, input }) => ctx.services.documents.plan(ctx.actor, input, ctx.client));
