import type { Actor } from "@corral/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Container } from "../../container.ts";
import { clientOf } from "../client-of.ts";
import type { RestRoute } from "./rest-route.ts";

/** Hands a request over to its route, which was found out to be the caller's to use. */
export function runRoute(
  container: Container,
  route: Pick<RestRoute, "handle">,
  on: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly actor: Actor | null },
): unknown {
  const { request, reply } = on;
  return route.handle({
    // safe: routes for anybody take `null`, others were refused without one
    actor: on.actor as Actor,
    // safe: validated by the route's own schemas, where it has some
    params: request.params as undefined,
    query: request.query as undefined,
    body: request.body as undefined,
    services: container.services,
    container,
    client: clientOf(request),
    request,
    reply,
  });
}
