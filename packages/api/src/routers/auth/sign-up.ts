import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";
import { emailSchema, passwordSchema, personNameSchema, signedInSchema } from "./session-schemas.ts";
import { startSession } from "./start-session.ts";

/** Makes an account: the first one with the setup code is the administrator, later ones wait for approval. */
export const signUp = publicProcedure
  .input(
    z.strictObject({
      email: emailSchema,
      password: passwordSchema,
      name: personNameSchema,
      setupCode: z.string().trim().min(1).max(128).optional(),
    }),
  )
  .output(signedInSchema)
  .mutation(async ({ ctx, input: { setupCode, ...account } }) => {
    const form = setupCode === undefined ? account : { ...account, setupCode };
    return startSession(ctx, await ctx.services.accounts.signUp(form, ctx.client));
  });
