import { createScimTokenSchema, scimTokenSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Makes a token with which a directory manages accounts and groups, and shows it once. */
export const createScimToken = administratorProcedure("none")
  .input(createScimTokenSchema)
  .output(z.strictObject({ token: scimTokenSchema, secret: z.string() }))
  .mutation(async ({ ctx, input }) => {
    const { token, secret } = await ctx.services.scimTokens.create(ctx.actor, input, ctx.client);
    return { token, secret: secret.reveal() };
  });
