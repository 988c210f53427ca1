import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";
import { linkTokenSchema, passwordSchema, personNameSchema, signedInSchema } from "./session-schemas.ts";
import { startSession } from "./start-session.ts";

/** Makes the account that an invitation is for, and signs in. The link works once. */
export const acceptInvitation = publicProcedure
  .input(z.strictObject({ token: linkTokenSchema, name: personNameSchema, password: passwordSchema }))
  .output(signedInSchema)
  .mutation(async ({ ctx, input }) => startSession(ctx, await ctx.services.links.accept(input, ctx.client)));
