import { hasPermission } from "@corral/access-control";
import { DomainError } from "@corral/core";
import { z } from "zod";
import { memberProcedure } from "../../trpc.ts";
import { apiKeySchema, toDefaultKey } from "./key-schemas.ts";

/** Makes the caller's key named `default` in place of the old one, and shows it once. */
export const replaceDefaultKey = memberProcedure("none")
  .output(z.strictObject({ apiKey: apiKeySchema, key: z.string() }))
  .mutation(async ({ ctx }) => {
    const { principal, permissions } = ctx.actor;
    if (!hasPermission(principal, "keys.create", permissions)) {
      throw new DomainError("access_denied", "Making API keys needs the permission keys.create.");
    }
    const author = {
      actorId: principal.userId,
      requestId: ctx.client.requestId,
      action: "keys.replaceDefault",
    };
    const { apiKey, key } = await ctx.services.accounts.replaceDefaultKey(principal.userId, author);
    return { apiKey: toDefaultKey(apiKey), key: key.reveal() };
  });
