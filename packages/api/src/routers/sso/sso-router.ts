import { router } from "../../trpc.ts";
import { createIdentityProvider } from "./create-identity-provider.ts";
import { deleteIdentityProvider } from "./delete-identity-provider.ts";
import { listIdentityProviders } from "./list-identity-providers.ts";
import { listSignInOptions } from "./list-sign-in-options.ts";
import { signOutEverywhere } from "./sign-out-everywhere.ts";
import { updateIdentityProvider } from "./update-identity-provider.ts";

export const ssoRouter = router({
  options: listSignInOptions,
  signOut: signOutEverywhere,
  providers: router({
    list: listIdentityProviders,
    create: createIdentityProvider,
    update: updateIdentityProvider,
    delete: deleteIdentityProvider,
  }),
});
