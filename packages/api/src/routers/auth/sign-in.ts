import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";
import { emailSchema, passwordSchema, signedInSchema } from "./session-schemas.ts";
import { startSession } from "./start-session.ts";

/** Starts a session. Unknown, suspended and wrong answer alike. */
export const signIn = publicProcedure
  .input(z.strictObject({ email: emailSchema, password: passwordSchema }))
  .output(signedInSchema)
  .mutation(async ({ ctx, input }) =>
    startSession(ctx, await ctx.services.accounts.signIn(input, ctx.client)),
  );
