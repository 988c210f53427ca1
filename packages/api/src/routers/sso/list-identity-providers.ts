import { identityProviderSchema } from "@corral/core";
import { z } from "zod";
import { administratorProcedure } from "../../trpc.ts";

/** Where people may sign in besides here, by name, without secrets. */
export const listIdentityProviders = administratorProcedure("none")
  .output(z.strictObject({ providers: z.array(identityProviderSchema) }))
  .query(async ({ ctx }) => ({ providers: [...(await ctx.services.identityProviders.list(ctx.actor))] }));
