import { documentFormats, documentSourceSchema } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Everything the caller may write as one text, without secrets. The same state gives the same bytes. */
export const exportDocument = memberProcedure("models:read")
  .input(
    z.strictObject({
      format: z.enum(documentFormats).default("json"),
      /** What the document calls itself; the owner mark of what it will make. */
      source: documentSourceSchema.default("main"),
      images: z.boolean().default(true),
      /** Revisions, owners and times, in a section that nothing is applied from. */
      stamps: z.boolean().default(true),
    }),
  )
  .output(
    z.strictObject({
      format: z.enum(documentFormats),
      text: z.string(),
      counts: z.record(z.string(), z.int()),
    }),
  )
  .query(async ({ ctx, input }) => {
    const { counts, ...exported } = await ctx.services.documents.export(ctx.actor, input, ctx.client);
    return { ...exported, counts: { ...counts } };
  });
