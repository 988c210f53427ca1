import { router } from "../../trpc.ts";
import { createIdentityProvider } from "./create-identity-provider.ts";
import { deleteIdentityProvider } from "./delete-identity-provider.ts";
import { listIdentityProviders } from "./list-identity-providers.ts";
import { listSignInOptions } from "./list-sign-in-options.ts";
import { signOutAtProvider } from "./sign-out-at-provider.ts";
import { updateIdentityProvider } from "./update-identity-provider.ts";

export const ssoRouter = router({
  options: listSignInOptions,
  signOut: signOutAtProvider,
  providers: router({
    list: listIdentityProviders,
    create: createIdentityProvider,
    update: updateIdentityProvider,
    delete: deleteIdentityProvider,
  }),
});
