import { DomainError, errorSpec, limits, type Actor } from "@corral/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { authenticate } from "../../authenticate.ts";
import type { Container } from "../../container.ts";
import { parseJsonBody } from "../json-shape.ts";

/** What all REST routes share: JSON bodies within the budget, and errors with `detail` and the seed's statuses. */
export function prepareRestScope(app: FastifyInstance, container: Container): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "string", bodyLimit: limits.controlBodyBytes },
    async (_: FastifyRequest, body: string) =>
      body === "" ? undefined : parseJsonBody(body, limits.jsonDepth),
  );
  app.setErrorHandler((error, request, reply) => {
    const known = container.toDomainError(error);
    const spec = errorSpec(known.code);
    container.logFailure(request.log, known);
    const { retryAfterMs, issues } = known.details ?? {};
    if (retryAfterMs !== undefined) {
      reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
    }
    return reply.status(spec.seedStatus ?? spec.status).send({
      detail: `${spec.expose ? known.message : spec.meaning} ${spec.remedy}`,
      code: known.code,
      ...(issues && { errors: issues }),
    });
  });
}

/**
 * The signed-in person behind a request. Keys, passwords and other people are theirs alone: a key that leaked must not
 * make more of itself.
 *
 * @throws DomainError `unauthenticated`, `access_denied` for API keys and for accounts that wait for approval.
 */
export async function personOf(container: Container, request: FastifyRequest): Promise<Actor> {
  const actor = await authenticate(request, { authenticator: container.authenticator, cookieName: null });
  if (actor === null) throw new DomainError("unauthenticated");
  if (actor.credential.kind === "key") {
    throw new DomainError("access_denied", "An API key cannot do this; sign in instead.");
  }
  if (actor.principal.role === "pending") {
    throw new DomainError("access_denied", "An administrator has not approved your account yet.");
  }
  return actor;
}

/** Who is at the other end, for limits and the session list. */
export function clientOf(request: FastifyRequest) {
  return { address: request.ip, userAgent: request.headers["user-agent"] ?? "", requestId: request.id };
}
