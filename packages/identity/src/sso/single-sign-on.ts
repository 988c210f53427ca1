import {
  type Actor,
  admitPerson,
  type Catalog,
  type ClientInfo,
  DomainError,
  type IdentityProvider,
  judgeClaims,
  limits,
  type Secret,
  type SignedIn,
  type UnitOfWork,
  type User,
} from "@corral/core";
import { openAttempt, sealAttempt } from "./attempt-cookie.ts";
import { type GuardedFetch, OidcClient } from "./oidc-client.ts";
import { toOwnPath } from "./own-path.ts";

export type SingleSignOnOptions = {
  readonly unitOfWork: UnitOfWork;
  readonly catalog: Pick<Catalog, "acknowledge">;
  /** Begins a session as the password does. */
  readonly startSession: (
    user: User,
    client: ClientInfo,
  ) => Promise<SignedIn & { readonly sessionId: string }>;
  readonly signOut: (actor: Actor) => Promise<void>;
  readonly publicUrl: () => URL;
  /** Seals what a browser carries between the two halves of a sign-in. */
  readonly secret: Secret;
  readonly fetch: GuardedFetch;
  readonly now: () => number;
};

/** Sign-in at identity providers by OpenID Connect. */
export class SingleSignOn {
  readonly #options: SingleSignOnOptions;
  readonly #oidc: OidcClient;

  constructor(options: SingleSignOnOptions) {
    const { unitOfWork, fetch } = options;
    this.#options = options;
    this.#oidc = new OidcClient({
      fetch,
      openSecret: (id) => unitOfWork.read(({ identityProviders }) => identityProviders.openSecret(id)),
    });
  }

  /**
   * @returns Where to send the browser, and what it has to bring back as a cookie.
   * @throws DomainError `identity_provider_not_found`, `upstream_unavailable`, `outbound_denied`.
   */
  async begin(
    slug: string,
    returnTo: string | undefined,
  ): Promise<{ readonly url: URL; readonly attempt: string }> {
    const { now, publicUrl, secret } = this.#options;
    const provider = await this.#getEnabled(slug);
    const { url, challenge } = await this.#oidc.begin(provider, this.#redirectUri(slug));
    const attempt = {
      ...challenge,
      provider: provider.id,
      returnTo: toOwnPath(returnTo, publicUrl()),
      until: now() + limits.ssoAttemptMs,
    };
    return { url, attempt: sealAttempt(attempt, secret) };
  }

  /**
   * @param came.query What the provider sent the browser back with, with its question mark.
   * @throws DomainError as begin, `sso_failed`, `sso_refused`, `email_taken`, `last_admin`.
   */
  async finish(
    came: { readonly slug: string; readonly query: string; readonly attempt: string | undefined },
    client: ClientInfo,
  ): Promise<{ readonly signedIn: SignedIn; readonly returnTo: string }> {
    const { now, secret, startSession, unitOfWork } = this.#options;
    const provider = await this.#getEnabled(came.slug);
    const attempt = openAttempt(came.attempt ?? "", { secret, now: now() });
    if (attempt?.provider !== provider.id) throw new DomainError("sso_failed");
    const url = new URL(this.#redirectUri(came.slug) + came.query);
    const { claims, idToken } = await this.#oidc.finish(provider, { url, challenge: attempt });
    const person = { provider, claims: judgeClaims(provider, claims) };
    const user = await admitPerson(this.#options, person, client.requestId);
    const { sessionId, ...signedIn } = await startSession(user, client);
    const author = { actorId: user.id, action: "sso.signIn", requestId: client.requestId };
    await unitOfWork.write(author, ({ directory }) =>
      directory.noteSession({ sessionId, providerId: provider.id, idToken }),
    );
    return { signedIn, returnTo: attempt.returnTo };
  }

  /** Ends the session. @returns Where to end it at the provider too; `null` where there is nothing to end. */
  async signOut(actor: Actor): Promise<URL | null> {
    const { signOut, unitOfWork } = this.#options;
    const { credential } = actor;
    const began =
      credential.kind === "session"
        ? await unitOfWork.read(async ({ directory, identityProviders }) => {
            const session = await directory.findSession(credential.sessionId);
            const provider = session && (await identityProviders.find(session.providerId));
            return provider && { ...session, provider };
          })
        : undefined;
    await signOut(actor);
    return began === undefined ? null : this.#endSessionUrl(began.provider, began.idToken);
  }

  /** The session here has ended; a provider that does not answer changes nothing about that. */
  async #endSessionUrl(provider: IdentityProvider, idToken: Secret): Promise<URL | null> {
    const redirectUri = new URL("/", this.#options.publicUrl()).href;
    try {
      return (await this.#oidc.endSessionUrl(provider, { idToken, redirectUri })) ?? null;
    } catch {
      return null;
    }
  }

  async #getEnabled(slug: string): Promise<IdentityProvider> {
    const found = await this.#options.unitOfWork.read(({ identityProviders }) =>
      identityProviders.findBySlug(slug),
    );
    if (found?.enabled !== true) throw new DomainError("identity_provider_not_found");
    return found;
  }

  #redirectUri(slug: string): string {
    return new URL(`/auth/sso/${slug}/callback`, this.#options.publicUrl()).href;
  }
}
