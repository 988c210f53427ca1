import {
  createIdentityProviderService,
  createScimService,
  type Catalog,
  type IdentityProviderService,
  type ScimService,
  type ScimTokens,
} from "@corral/core";
import { createScimAccess, SingleSignOn, type Identity } from "@corral/identity";
import type { OwnAddress } from "./assert-not-ourselves.ts";
import type { Env } from "./env.ts";
import { assertIssuerUrl, createGuardedFetch } from "./guarded-fetch.ts";
import type { OpenDatabase } from "./open-database.ts";
import { deriveSecret } from "./derive-secret.ts";

export type SignInElsewhere = {
  readonly singleSignOn: SingleSignOn;
  readonly identityProviders: IdentityProviderService;
  readonly scim: ScimService;
  readonly scimTokens: ScimTokens;
};

/** Sign-in at identity providers, and directories that manage accounts. */
export function openSignInElsewhere(
  resources: AsyncDisposableStack,
  on: {
    readonly env: Pick<Env, "signInFailuresPerMinute">;
    readonly database: OpenDatabase["database"];
    readonly catalog: Pick<Catalog, "acknowledge">;
    readonly identity: Identity;
    readonly ownAddress: () => OwnAddress;
  },
): SignInElsewhere {
  const { catalog, identity, ownAddress } = on;
  const { unitOfWork } = on.database;
  return {
    identityProviders: createIdentityProviderService({
      catalog,
      unitOfWork,
      assertIssuerUrl: (url) => assertIssuerUrl(url, ownAddress()),
    }),
    scim: createScimService({ catalog, unitOfWork }),
    scimTokens: createScimAccess({
      catalog,
      unitOfWork,
      failuresPerMinute: on.env.signInFailuresPerMinute,
      now: Date.now,
    }),
    singleSignOn: new SingleSignOn({
      catalog,
      unitOfWork,
      startSession: (user, client) => identity.startSession(user, client),
      signOut: (actor) => identity.accounts.signOut(actor),
      publicUrl: () => ownAddress().publicUrl,
      secret: deriveSecret(on.database.identitySecret, "single-sign-on"),
      fetch: resources.use(createGuardedFetch(ownAddress)).fetch,
      now: Date.now,
    }),
  };
}
