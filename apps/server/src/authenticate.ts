import type { Actor, Authenticator, PresentedCredential } from "@corral/core";
import { readCredential } from "@corral/identity";
import type { FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by {@link authenticate}; one look-up a request. */
    corralActor?: Promise<Actor | null>;
  }
}

/**
 * Who is asking: the bearer token of the `Authorization` header, else the session cookie where cookies count. `/v1` and
 * the REST routes take no cookie, so that no web page can call them on somebody's behalf.
 *
 * @throws DomainError `unauthenticated` for a credential that is unknown, expired or revoked.
 */
export function authenticate(
  request: FastifyRequest,
  options: { readonly authenticator: Authenticator; readonly cookieName: string | null },
): Promise<Actor | null> {
  const { authenticator, cookieName } = options;
  request.corralActor ??= authenticator.authenticate(presentedBy(request, cookieName));
  return request.corralActor;
}

/** What a request carries, unjudged. */
export function presentedBy(request: FastifyRequest, cookieName: string | null): PresentedCredential {
  return readCredential({
    authorization: request.headers.authorization,
    cookie: cookieName === null ? undefined : request.cookies[cookieName],
  });
}
