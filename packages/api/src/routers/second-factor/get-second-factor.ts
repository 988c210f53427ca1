import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";

/** Whether one's own password takes a code too. */
export const getSecondFactor = accountProcedure
  .output(z.strictObject({ isOn: z.boolean() }))
  .query(async ({ ctx }) => ({ isOn: await ctx.services.secondFactors.isOn(ctx.actor) }));
