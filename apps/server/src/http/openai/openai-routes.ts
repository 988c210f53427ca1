import { assertPolicy } from "@corral/api";
import { limits } from "@corral/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { authenticate } from "../../authenticate.ts";
import type { Container } from "../../container.ts";
import { parseJsonBody } from "../json-shape.ts";
import type { RestMount, RestRoute } from "../rest/rest-route.ts";
import { runRoute } from "../rest/run-route.ts";
import { waitForRevision } from "../wait-for-revision.ts";
import { errorHeaders, toOpenAIError } from "./error-body.ts";

/** `/v1`: what OpenAI's clients call, with a bearer API key or session token, and as little as can be around it. */
export function openaiRoutes(container: Container, mounts: readonly RestMount[]) {
  const { services } = container;
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/json",
      { parseAs: "string", bodyLimit: limits.inferenceBodyBytes },
      async (_: FastifyRequest, body: string) => parseJsonBody(body, limits.messageDepth),
    );
    app.setErrorHandler((error, request, reply) => {
      const known = container.toDomainError(error);
      const { status, body } = toOpenAIError(known);
      container.logFailure(request.log, known);
      return reply.status(status).headers(errorHeaders(known)).send(body);
    });
    app.addHook("preHandler", async (request) => waitForRevision(request, services.catalog));
    for (const { prefix, routes } of mounts.filter(({ servedBy }) => servedBy === "gateway")) {
      for (const route of routes) addRoute(app, container, { route, url: `${prefix}${route.path}` });
    }
  };
}

function addRoute(
  app: FastifyInstance,
  container: Container,
  { route, url }: { readonly route: RestRoute; readonly url: string },
): void {
  const { authenticator } = container;
  app.route({
    method: route.method,
    url,
    async handler(request, reply) {
      const actor = await authenticate(request, { authenticator, cookieName: null });
      assertPolicy(actor, route.policy);
      return runRoute(container, route, { request, reply, actor });
    },
  });
}
