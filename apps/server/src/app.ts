import { randomUUID } from "node:crypto";
import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import { DomainError, limits } from "@corral/core";
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { Container } from "./container.ts";
import { dashboardRoutes } from "./http/dashboard-routes.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { errorHeaders, toOpenAIError } from "./http/openai/error-body.ts";
import { openaiRoutes } from "./http/openai/openai-routes.ts";
import { assertOwnHost } from "./http/request-guards.ts";
import { apiKeyRoutes } from "./http/rest/api-key-routes.ts";
import { authRoutes } from "./http/rest/auth-routes.ts";
import { trpcRoutes } from "./http/trpc-routes.ts";
import { toKnownError } from "./to-known-error.ts";

/** Everything on the one port, not listening yet. */
export async function createApp(
  container: Container,
  options: { readonly logger: FastifyBaseLogger; readonly dashboard: string },
): Promise<FastifyInstance> {
  const { env } = container;
  const app = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: env.trustProxy.length === 0 ? false : [...env.trustProxy],
    bodyLimit: limits.controlBodyBytes,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    // a stop has waited for the answers under way before it closes
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 8_192 },
    frameworkErrors: refuseBadAddress,
    http: { maxHeaderSize: limits.requestHeaderBytes, headersTimeout: 15_000 },
  });
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, helmetOptions(container));
  addHooks(app, container);
  app.setErrorHandler((error, request, reply) => {
    const known = container.toDomainError(error);
    container.logFailure(request.log, known);
    const { status, body } = toOpenAIError(known);
    return reply.status(status).headers(errorHeaders(known)).send(body);
  });
  await app.register(healthRoutes(container));
  await app.register(trpcRoutes(container), { prefix: "/trpc" });
  await app.register(openaiRoutes(container), { prefix: "/v1" });
  await app.register(authRoutes(container), { prefix: "/api/v1/auths" });
  await app.register(apiKeyRoutes(container), { prefix: "/api/v1/auths" });
  await app.register(dashboardRoutes(options.dashboard));
  return app;
}

/** An address that is none comes to no hook and no error handler. */
function refuseBadAddress(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = toKnownError(error);
  const { status, body } = toOpenAIError(known);
  void reply
    .status(status)
    .headers({ "x-request-id": request.id, "x-content-type-options": "nosniff", "cache-control": "no-store" })
    .headers(errorHeaders(known))
    .send(body);
}

function addHooks(app: FastifyInstance, container: Container): void {
  app.addHook("onRequest", async (request, reply) => {
    container.inFlight.add(reply.raw);
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    assertOwnHost(request, container.servedAt());
    if (!container.isDraining() || request.url === "/health" || request.url === "/ready") return;
    reply.header("connection", "close");
    throw new DomainError("shutting_down", undefined, { details: { retryAfterMs: 1_000 } });
  });
  app.addHook("onResponse", async (request, reply) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      "answered",
    );
  });
}

/** The dashboard's own files only: no inline script, no foreign host. HSTS where the browser sees TLS. */
function helmetOptions(container: Container) {
  const isTls = container.env.publicUrl?.protocol === "https:";
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" as const },
    strictTransportSecurity: isTls ? { maxAge: 31_536_000 } : false,
  };
}
