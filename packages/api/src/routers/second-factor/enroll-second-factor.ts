import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";
import { passwordSchema } from "../auth/session-schemas.ts";

/** Begins: `uri` is what an app reads as a QR code. Shown once, and nothing is asked for before a code is confirmed. */
export const enrollSecondFactor = accountProcedure
  .input(z.strictObject({ password: passwordSchema }))
  .output(z.strictObject({ uri: z.string(), backupCodes: z.array(z.string()) }))
  .mutation(async ({ ctx, input }) => {
    const { uri, backupCodes } = await ctx.services.secondFactors.enroll(ctx, input.password);
    return { uri: uri.reveal(), backupCodes: backupCodes.map((code) => code.reveal()) };
  });
