import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";
import { emailSchema, passwordSchema, secondFactorCodeSchema, signedInSchema } from "./session-schemas.ts";
import { startSession } from "./start-session.ts";

/** Starts a session. Unknown, suspended and wrong answer alike. */
export const signIn = publicProcedure
  .input(
    z.strictObject({
      email: emailSchema,
      password: passwordSchema,
      /** Of an app, or a backup code; where the answer without one is `second_factor_required`. */
      code: secondFactorCodeSchema.optional(),
    }),
  )
  .output(signedInSchema)
  .mutation(async ({ ctx, input }) =>
    startSession(ctx, await ctx.services.accounts.signIn(input, ctx.client)),
  );
