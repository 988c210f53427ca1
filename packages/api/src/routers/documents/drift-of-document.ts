import { documentDriftSchema, documentSourceSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** What somebody changed or deleted by hand since a document was applied. */
export const driftOfDocument = memberProcedure("models:read")
  .input(z.strictObject({ source: documentSourceSchema.default("main") }))
  .output(documentDriftSchema)
  .query(({ ctx, input }) => ctx.services.documents.drift(ctx.actor, input.source));
