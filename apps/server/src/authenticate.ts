import type { Actor, Authenticator } from "@corral/core";
import type { FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by {@link authenticate}; one look-up a request. */
    corralActor?: Promise<Actor | null>;
  }
}

const bearer = /^Bearer +([^\s]+)$/iu;

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
  request.corralActor ??= options.authenticator.authenticate({
    bearer:
      bearer.exec(request.headers.authorization ?? "")?.[1] ??
      (request.headers.authorization === undefined ? undefined : ""),
    cookie: options.cookieName === null ? undefined : request.cookies[options.cookieName],
  });
  return request.corralActor;
}
