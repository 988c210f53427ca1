import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { passwordSchema, signedInSchema } from "./session-schemas.ts";
import { startSession } from "./start-session.ts";

/** Changes one's own password. Every session ends, and the caller gets a new one. */
export const changePassword = memberProcedure("none")
  .input(z.strictObject({ currentPassword: passwordSchema, newPassword: passwordSchema }))
  .output(signedInSchema)
  .mutation(async ({ ctx, input: { currentPassword: current, newPassword: next } }) =>
    startSession(ctx, await ctx.services.passwords.change(ctx.actor, { current, next }, ctx.client)),
  );
