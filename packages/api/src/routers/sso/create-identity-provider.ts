import { createIdentityProviderSchema, identityProviderSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** Lets people sign in at an identity provider. Its secret never comes out again. */
export const createIdentityProvider = administratorProcedure("none")
  .input(createIdentityProviderSchema)
  .output(identityProviderSchema)
  .mutation(({ ctx, input }) => ctx.services.identityProviders.create(ctx.actor, input, ctx.client));
