import { type Claims, DomainError, type IdentityProvider, limits, Secret } from "@corral/core";
import { LRUCache } from "lru-cache";
import type * as OpenId from "openid-client";

/** A `fetch` that keeps the outbound policy, with a deadline and a bound on what it reads. */
export type GuardedFetch = OpenId.CustomFetch;

/** What a browser is sent away with, and must come back with. */
export type Challenge = { readonly state: string; readonly nonce: string; readonly verifier: string };

type Discovered = { readonly openid: typeof OpenId; readonly config: OpenId.Configuration };
type Known = Pick<IdentityProvider, "id" | "revision" | "issuer" | "clientId">;

const rediscoverAfterMs = 10 * 60_000;
const retryAfterMs = 3_000;

/**
 * OpenID Connect with the providers that administrators configured: Authorization Code with PKCE, state and nonce, the
 * ID token's signature checked although it comes from the provider itself. The library is loaded at the first use.
 */
export class OidcClient {
  readonly #fetch: GuardedFetch;
  readonly #openSecret: (providerId: string) => Promise<Secret | null>;
  readonly #discovered = new LRUCache<string, Promise<Discovered>>({
    max: limits.identityProviders,
    ttl: rediscoverAfterMs,
  });

  constructor(options: {
    readonly fetch: GuardedFetch;
    readonly openSecret: (providerId: string) => Promise<Secret | null>;
  }) {
    this.#fetch = options.fetch;
    this.#openSecret = options.openSecret;
  }

  /** @throws DomainError `upstream_unavailable`. */
  async begin(
    provider: IdentityProvider,
    redirectUri: string,
  ): Promise<{ readonly url: URL; readonly challenge: Challenge }> {
    const { openid, config } = await this.#discover(provider);
    const challenge = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
    };
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: provider.scopes.join(" "),
      state: challenge.state,
      nonce: challenge.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(challenge.verifier),
      code_challenge_method: "S256",
    });
    return { url, challenge };
  }

  /** @throws DomainError `sso_failed`, `upstream_unavailable`. */
  async finish(
    provider: IdentityProvider,
    came: { readonly url: URL; readonly challenge: Challenge },
  ): Promise<{ readonly claims: Claims; readonly idToken: Secret }> {
    const { openid, config } = await this.#discover(provider);
    const { state, nonce, verifier } = came.challenge;
    return translate(async () => {
      const tokens = await openid.authorizationCodeGrant(config, came.url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new DomainError("sso_failed");
      const more =
        config.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
      return { claims: join(claims, more), idToken: new Secret(tokens.id_token) };
    });
  }

  /** Where to end the session at the provider too; `undefined` where it offers nothing. */
  async endSessionUrl(
    provider: IdentityProvider,
    session: { readonly idToken: Secret; readonly redirectUri: string },
  ): Promise<URL | undefined> {
    const { openid, config } = await this.#discover(provider);
    if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
    return openid.buildEndSessionUrl(config, {
      id_token_hint: session.idToken.reveal(),
      post_logout_redirect_uri: session.redirectUri,
    });
  }

  async #discover(provider: Known): Promise<Discovered> {
    const key = `${provider.id}:${provider.revision}`;
    const known = this.#discovered.get(key);
    if (known !== undefined) return known;
    const discovering = translate(() => this.#ask(provider));
    this.#discovered.set(key, discovering);
    // What failed is tried again, but not as often as strangers ask.
    discovering.catch(() => this.#discovered.set(key, discovering, { ttl: retryAfterMs }));
    return discovering;
  }

  async #ask({ id, issuer, clientId }: Known): Promise<Discovered> {
    const [openid, secret] = await Promise.all([import("openid-client"), this.#openSecret(id)]);
    const url = new URL(issuer);
    const isPlain = url.protocol === "http:";
    const config = await openid.discovery(
      url,
      clientId,
      { [openid.clockTolerance]: 30 },
      authenticationOf(openid, secret),
      {
        timeout: limits.ssoAnswerMs / 1_000,
        [openid.customFetch]: this.#fetch,
        execute: [
          openid.enableNonRepudiationChecks,
          // Administrators can name such an issuer on this very machine alone.
          ...(isPlain ? [openid.allowInsecureRequests] : []),
        ],
      },
    );
    return { openid, config };
  }
}

/** The ID token's word counts first. An address and its verification are of one source. */
function join(claims: Claims, more: Claims): Claims {
  const { email_verified: verified, ...others } = more;
  const isVerified = claims["email"] === undefined ? { email_verified: verified } : {};
  return { ...others, ...isVerified, ...claims };
}

/** As the provider prefers, of the two ways that all understand. */
function authenticationOf(openid: typeof OpenId, secret: Secret | null): OpenId.ClientAuth {
  if (secret === null) return openid.None();
  return (...request) => {
    const [server] = request;
    const offered = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const method = offered.includes("client_secret_basic")
      ? openid.ClientSecretBasic(secret.reveal())
      : openid.ClientSecretPost(secret.reveal());
    return method(...request);
  };
}

/** Codes of the library for what the provider, and not the browser, did wrong. */
const unreachable = new Set(["OAUTH_TIMEOUT", "OAUTH_RESPONSE_IS_NOT_CONFORM", "OAUTH_RESPONSE_IS_NOT_JSON"]);

async function translate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toSsoError(cause);
  }
}

function toSsoError(cause: unknown): unknown {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ("code" in error && error.code === "outbound_denied") {
      return new DomainError(
        "outbound_denied",
        "The identity provider's address is one that Corral never connects to.",
      );
    }
  }
  if (!(cause instanceof Error)) return cause;
  if (cause instanceof DomainError) return cause;
  const code = "code" in cause ? String(cause.code) : "";
  if (cause instanceof TypeError || unreachable.has(code) || cause.name === "TimeoutError") {
    return new DomainError("upstream_unavailable", "The identity provider does not answer as it should.", {
      cause,
    });
  }
  return new DomainError("sso_failed", undefined, { cause });
}
