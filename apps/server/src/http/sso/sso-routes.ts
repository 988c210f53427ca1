import fastifyCookie from "@fastify/cookie";
import { limits, type DomainError } from "@corral/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Container } from "../../container.ts";
import { clientOf } from "../client-of.ts";

type Named = {
  readonly Params: { readonly provider: string };
  readonly Querystring: Record<string, unknown>;
};

/** `/auth/sso/<provider>`: where a browser goes to sign in at an identity provider, and comes back to. */
export function ssoRoutes(container: Container) {
  const { singleSignOn } = container.services;
  const isSecure = container.cookie().attributes.secure;
  // Not `__Host-`, which would be sent with every request; `lax`, since the provider sends the browser back.
  const attemptCookie = isSecure ? "__Secure-sso" : "sso";
  const attemptAttributes = {
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure,
    path: "/auth/sso/",
  } as const;

  return async (app: FastifyInstance): Promise<void> => {
    await app.register(fastifyCookie);
    app.setErrorHandler((error, request, reply) => {
      const known = container.toDomainError(error);
      container.logFailure(request.log, known);
      return refuse(reply.clearCookie(attemptCookie, attemptAttributes), known);
    });
    app.get<Named>("/:provider", async (request, reply) => {
      const { return_to: returnTo } = request.query;
      const { url, attempt } = await singleSignOn.begin(
        request.params.provider,
        typeof returnTo === "string" ? returnTo : undefined,
      );
      reply.setCookie(attemptCookie, attempt, { ...attemptAttributes, maxAge: limits.ssoAttemptMs / 1_000 });
      return reply.redirect(url.href, 303);
    });
    app.get<Named>("/:provider/callback", async (request, reply) => {
      const at = request.url.indexOf("?");
      const came = {
        slug: request.params.provider,
        query: at === -1 ? "" : request.url.slice(at),
        attempt: request.cookies[attemptCookie],
      };
      const { signedIn, returnTo } = await singleSignOn.finish(came, clientOf(request));
      const { name, attributes, encode } = container.cookie();
      return reply
        .clearCookie(attemptCookie, attemptAttributes)
        .setCookie(name, encode(signedIn.token), { ...attributes, expires: new Date(signedIn.expiresAt) })
        .redirect(returnTo, 303);
    });
  };
}

/** The dashboard says it in words; the code alone is in the address. */
function refuse(reply: FastifyReply, { code }: DomainError): FastifyReply {
  return reply.redirect(`/sign-in?error=${code}`, 303);
}
