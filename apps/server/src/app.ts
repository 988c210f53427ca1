import { randomUUID } from "node:crypto";
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
import { docsRoutes } from "./http/docs-routes.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { errorHeaders, toOpenAIError } from "./http/openai/error-body.ts";
import { openaiRoutes } from "./http/openai/openai-routes.ts";
import { refuseUnreadable } from "./http/refuse-unreadable.ts";
import { assertOwnHost } from "./http/request-guards.ts";
import { mountRoutes } from "./http/rest/mount-routes.ts";
import { createRestMounts } from "./http/rest/rest-mounts.ts";
import { scimRoutes } from "./http/scim/scim-routes.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { ssoRoutes } from "./http/sso/sso-routes.ts";
import { trpcRoutes } from "./http/trpc-routes.ts";
import { RequestLogger } from "./request-logger.ts";
import { toKnownError } from "./to-known-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answers also while the process has lost its lease: nothing in the answer depends on anybody's rights. */
    needsNoLease?: boolean;
  }
}

/** Everything on the one port, not listening yet. */
export async function createApp(
  container: Container,
  options: { readonly logger: FastifyBaseLogger; readonly dashboard: string },
): Promise<FastifyInstance> {
  const { env } = container;
  const app = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings) => new RequestLogger(logger, bindings),
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
    clientErrorHandler: refuseUnreadable,
    http: { maxHeaderSize: limits.requestHeaderBytes, headersTimeout: 15_000 },
  });
  addHooks(app, container);
  app.setErrorHandler((error, request, reply) => {
    const known = container.toDomainError(error);
    container.logFailure(request.log, known);
    const { status, body } = toOpenAIError(known);
    return reply.status(status).headers(errorHeaders(known)).send(body);
  });
  const mounts = createRestMounts();
  await app.register(healthRoutes(container, mounts));
  await app.register(trpcRoutes(container), { prefix: "/trpc" });
  await app.register(openaiRoutes(container, mounts));
  await app.register(ssoRoutes(container), { prefix: "/auth/sso" });
  await app.register(scimRoutes(container), { prefix: "/scim/v2" });
  await app.register(mountRoutes(container, mounts));
  await app.register(docsRoutes);
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

/**
 * Without a lease nobody waits for this process any more: what it knows of rights may be outdated.
 *
 * @throws DomainError `database_unavailable` for every route that is not marked as harmless.
 */
function assertNeedsNoLease(request: FastifyRequest): void {
  if (request.is404 || request.routeOptions.config.needsNoLease === true) return;
  throw new DomainError("database_unavailable", "The server has lost touch with its database.", {
    details: { retryAfterMs: 1_000 },
  });
}

function addHooks(app: FastifyInstance, container: Container): void {
  const secure = securityHeaders(container.env);
  // not async: a promise for each request buys nothing here
  app.addHook("onRequest", (request, reply, done) => {
    container.inFlight.add(reply.raw);
    reply.headers(secure);
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    assertOwnHost(request, container.servedAt());
    if (container.isDraining() && request.url !== "/health" && request.url !== "/ready") {
      reply.header("connection", "close");
      throw new DomainError("shutting_down", undefined, { details: { retryAfterMs: 1_000 } });
    }
    if (!container.services.catalog.isServing()) assertNeedsNoLease(request);
    done();
  });
  if (app.log.level !== "debug" && app.log.level !== "trace") return;
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
