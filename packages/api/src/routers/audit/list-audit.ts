import { auditEntrySchema, auditQuerySchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Who did what to what, newest first: every write, before and after, without secrets. */
export const listAudit = administratorProcedure("none")
  .input(auditQuerySchema)
  .output(z.strictObject({ entries: z.array(auditEntrySchema) }))
  .query(async ({ ctx, input }) => ({ entries: [...(await ctx.services.audit.list(ctx.actor, input))] }));
