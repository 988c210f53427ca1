import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";
import { passwordSchema, signedInSchema } from "../auth/session-schemas.ts";
import { startSession } from "../auth/start-session.ts";

/** The password is enough again. The caller gets a new session, all others end. */
export const removeSecondFactor = accountProcedure
  .input(z.strictObject({ password: passwordSchema }))
  .output(signedInSchema)
  .mutation(async ({ ctx, input }) =>
    startSession(ctx, await ctx.services.secondFactors.remove(ctx, input.password)),
  );
