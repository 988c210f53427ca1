import { z } from "zod";
import { accountProcedure } from "../../trpc.ts";
import { signedInSchema } from "../auth/session-schemas.ts";
import { startSession } from "../auth/start-session.ts";

/** From now on the password takes a code. The caller gets a new session, all others end. */
export const confirmSecondFactor = accountProcedure
  .input(z.strictObject({ code: z.string().regex(/^\d{6}$/u, "must be six digits") }))
  .output(signedInSchema)
  .mutation(async ({ ctx, input }) =>
    startSession(ctx, await ctx.services.secondFactors.confirm(ctx, input.code)),
  );
