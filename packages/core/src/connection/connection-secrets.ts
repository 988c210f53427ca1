import { DomainError } from "../error/domain-error.ts";
import { Secret } from "../secret.ts";
import { isProxyHeader, wayOf, type ConnectionAdapter } from "./connection-adapter.ts";
import { secretHomes, usesClientSecret, type ConnectionEndpoint } from "./connection-endpoint.ts";
import type { ConnectionSecrets } from "./connection.ts";

/** What was typed: an absent secret stays as it is stored, `null` removes it. */
export type SecretChanges = {
  readonly key?: string | null | undefined;
  readonly clientSecret?: string | null | undefined;
  readonly headers?: Readonly<Record<string, string | null>> | undefined;
};

/** An endpoint at its address, and the way there: where secrets go. */
export type SecretHolder = {
  readonly url: string;
  readonly endpoint: ConnectionEndpoint;
  readonly adapter: ConnectionAdapter;
};

export const noSecrets: ConnectionSecrets = { key: null, clientSecret: null, headers: {} };

export function newSecrets(holder: SecretHolder, typed: SecretChanges): ConnectionSecrets {
  return assertComplete(holder.endpoint, changeSecrets(noSecrets, holder, typed));
}

/**
 * The stored secrets with what was typed over them, for an endpoint that may have moved.
 *
 * @throws DomainError `key_bound_to_origin` where a stored one would go to another place than it was saved for,
 * `invalid_input` where one is missing.
 */
export function nextSecrets(
  stored: SecretHolder & { readonly held: ConnectionSecrets },
  next: SecretHolder,
  typed: SecretChanges,
): ConnectionSecrets {
  const { held } = stored;
  const secrets = changeSecrets(held, next, typed);
  const [from, to] = [secretHomes(stored.url, stored.endpoint), secretHomes(next.url, next.endpoint)];
  const keepsAnyOfEndpoint =
    (held.key !== null && secrets.key === held.key) ||
    Object.entries(held.headers).some(([name, value]) => secrets.headers[name] === value);
  if (keepsAnyOfEndpoint && from.endpoint !== to.endpoint) throw new DomainError("key_bound_to_origin");
  const hasOtherWay = wayOf(stored.adapter) !== wayOf(next.adapter);
  if (keepsAnyOfEndpoint && hasOtherWay) {
    throw new DomainError(
      "key_bound_to_origin",
      "The stored secrets belong to the way they were saved with: the proxy, the trusted certificates, and the server's name.",
    );
  }
  // Whoever receives the tokens that a client secret buys can use them as well.
  const hasMoved =
    hasOtherWay ||
    from.endpoint !== to.endpoint ||
    from.authority !== to.authority ||
    from.management !== to.management;
  if (held.clientSecret !== null && secrets.clientSecret === held.clientSecret && hasMoved) {
    throw new DomainError(
      "key_bound_to_origin",
      "The stored client secret belongs to the addresses it was saved with: the endpoint, where it signs in, and where deployments are listed.",
    );
  }
  return assertComplete(next.endpoint, secrets);
}

/** A client secret or a proxy's credential that nothing uses any more goes at once. */
function changeSecrets(
  held: ConnectionSecrets,
  { endpoint, adapter }: SecretHolder,
  typed: SecretChanges,
): ConnectionSecrets {
  const headers = { ...held.headers };
  if (adapter.proxy === undefined) {
    for (const name of Object.keys(headers)) if (isProxyHeader(name)) delete headers[name];
    assertNoProxyHeader(typed.headers ?? {});
  }
  for (const [name, value] of Object.entries(typed.headers ?? {})) {
    if (value === null) delete headers[name];
    else headers[name] = new Secret(value);
  }
  return {
    key: changed(held.key, typed.key),
    clientSecret: usesClientSecret(endpoint) ? changed(held.clientSecret, typed.clientSecret) : null,
    headers,
  };
}

function assertNoProxyHeader(typed: Readonly<Record<string, string | null>>): void {
  const name = Object.keys(typed).find((name) => isProxyHeader(name) && typed[name] !== null);
  if (name === undefined) return;
  throw new DomainError("invalid_input", "There is no proxy that this header could go to.", {
    details: { issues: [{ path: ["headers", name], message: "goes with adapter.proxy" }] },
  });
}

function changed(held: Secret | null, typed: string | null | undefined): Secret | null {
  if (typed === undefined) return held;
  return typed === null ? null : new Secret(typed);
}

/** Azure lets nobody in without; other servers may want no key although one could be given. */
function assertComplete(endpoint: ConnectionEndpoint, secrets: ConnectionSecrets): ConnectionSecrets {
  const { provider, authType } = endpoint;
  const needsKey = provider === "azure-openai" && (authType === "api-key" || authType === "bearer");
  const missing = [
    needsKey && secrets.key === null && "key",
    usesClientSecret(endpoint) && secrets.clientSecret === null && "clientSecret",
  ].filter((name) => name !== false);
  if (missing.length === 0) return secrets;
  throw new DomainError("invalid_input", "A secret is missing that the sign-in needs.", {
    details: { issues: missing.map((name) => ({ path: [name], message: "is required" })) },
  });
}
