import { limits, revisionText } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";

/** Asks all providers for their models now and waits up to two seconds; what comes later arrives as an event. */
export const refreshModels = memberProcedure("models:read")
  .output(z.strictObject({ revision: z.string() }))
  .mutation(async ({ ctx }) => {
    await ctx.services.refresher.refreshAll(limits.refreshWaitMs);
    return { revision: revisionText(ctx.services.catalog.current().revision) };
  });
