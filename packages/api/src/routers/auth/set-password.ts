import { z } from "zod";
import { publicProcedure } from "../../trpc.ts";
import { linkTokenSchema, passwordSchema } from "./session-schemas.ts";

/** Sets the password that a link from an administrator is for, and ends all sessions of the account. */
export const setPassword = publicProcedure
  .input(z.strictObject({ token: linkTokenSchema, password: passwordSchema }))
  .output(z.strictObject({ email: z.string() }))
  .mutation(({ ctx, input }) => ctx.services.links.setPassword(input, ctx.client));
