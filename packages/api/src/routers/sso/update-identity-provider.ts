import { identityProviderSchema, updateIdentityProviderSchema } from "@corral/core";
import { administratorProcedure } from "../../trpc.ts";

/** A patch based on a revision. An absent secret stays, `null` removes it. */
export const updateIdentityProvider = administratorProcedure("none")
  .input(updateIdentityProviderSchema)
  .output(identityProviderSchema)
  .mutation(({ ctx, input }) => ctx.services.identityProviders.update(ctx.actor, input, ctx.client));
