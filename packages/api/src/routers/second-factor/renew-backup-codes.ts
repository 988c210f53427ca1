import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";
import { passwordSchema } from "../auth/session-schemas.ts";

/** New backup codes, shown once; the old ones are dead. */
export const renewBackupCodes = accountProcedure
  .input(z.strictObject({ password: passwordSchema }))
  .output(z.strictObject({ backupCodes: z.array(z.string()) }))
  .mutation(async ({ ctx, input }) => {
    const codes = await ctx.services.secondFactors.renewBackupCodes(ctx, input.password);
    return { backupCodes: codes.map((code) => code.reveal()) };
  });
