import { documentReportSchema, importRequestSchema } from "@corral/core";
import { memberProcedure } from "../../trpc.ts";

/** Takes over Open WebUI's export or LiteLLM's configuration. */
export const importDocument = memberProcedure("models:write")
  .input(importRequestSchema)
  .output(documentReportSchema)
  .mutation(({ ctx, input }) => ctx.services.documents.import(ctx.actor, input, ctx.client));
