import { documentReportSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { planFields } from "./document-schemas.ts";

/** Makes the objects of a document what it says, each judged as the caller's single call would be. */
export const applyDocument = memberProcedure("models:write")
  .input(
    z.strictObject({
      ...planFields,
      /** All of it or nothing: judged as a whole first. */
      strict: z.boolean().default(false),
    }),
  )
  .output(documentReportSchema)
  .mutation(({ ctx, input }) => ctx.services.documents.apply(ctx.actor, input, ctx.client));
