import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";
import { signedInSchema } from "../auth/session-schemas.ts";
import { startSession } from "../auth/start-session.ts";
import { answerFields } from "./passkey-schemas.ts";

/** Starts a session, without a password and without a code: the device has checked who holds it. */
export const signInWithPasskey = publicProcedure
  .input(z.strictObject(answerFields))
  .output(signedInSchema)
  .mutation(async ({ ctx, input }) =>
    startSession(ctx, await ctx.services.passkeys.signIn(input, ctx.client)),
  );
