import fastifyCookie from "@fastify/cookie";
import { assertPolicy, toIssues } from "@corral/api";
import { DomainError, isDomainError, limits, revisionText, type Actor } from "@corral/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { authenticate } from "../../authenticate.ts";
import type { Container } from "../../container.ts";
import { assertStorableValue, parseJsonBody, parseStorableBody } from "../json-shape.ts";
import { createLargeBodyGate } from "../large-bodies.ts";
import { waitForRevision } from "../wait-for-revision.ts";
import { toDialectError } from "./dialect-error.ts";
import type { ErrorDialect, RestMount, RestRoute } from "./rest-route.ts";
import { declaredStatuses } from "./route-answers.ts";
import { runRoute } from "./run-route.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks a declared route; absent until that is known. */
    restActor?: Actor | null;
  }
}

/** Serves declared routes: who asks is settled before a body is read, and what comes and goes is held to the schemas. */
export function mountRoutes(container: Container, mounts: readonly RestMount[]) {
  return async (app: FastifyInstance): Promise<void> => {
    const { catalog } = container.services;
    await app.register(fastifyCookie);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/json",
      { parseAs: "string", bodyLimit: limits.controlBodyBytes },
      async (_: FastifyRequest, body: string) =>
        body === "" ? undefined : parseStorableBody(body, limits.jsonDepth),
    );
    app.addHook("preHandler", async (request) => waitForRevision(request, catalog));
    const places = mounts.flatMap(({ prefix, routes, servedBy }) =>
      servedBy === undefined ? routes.map((route) => ({ route, url: `${prefix}${route.path}` })) : [],
    );
    const add = (scope: FastifyInstance, isFor: (route: RestRoute) => boolean) => {
      for (const place of places) if (isFor(place.route)) addRoute(scope, container, place);
    };
    const isPlain = ({ takesDocument = false, takesCall = false, ignoresBody = false }: RestRoute) =>
      !takesDocument && !takesCall && !ignoresBody;
    add(app, isPlain);
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      // never read: whoever sends gigabytes is answered before
      scope.addContentTypeParser("*", async () => undefined);
      add(scope, ({ ignoresBody }) => ignoresBody === true);
    });
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        "application/json",
        { parseAs: "string", bodyLimit: limits.inferenceBodyBytes },
        async (_: FastifyRequest, body: string) => parseJsonBody(body, limits.messageDepth),
      );
      add(scope, ({ takesCall }) => takesCall === true);
    });
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        "application/json",
        { parseAs: "string", bodyLimit: limits.importBodyBytes },
        async (_: FastifyRequest, body: string) => body,
      );
      // after a route's own hook, which has found out who asks
      scope.addHook(
        "preParsing",
        createLargeBodyGate(async ({ restActor }) => restActor ?? null),
      );
      add(scope, ({ takesDocument }) => takesDocument === true);
    });
  };
}

function addRoute(
  app: FastifyInstance,
  container: Container,
  { route, url }: { readonly route: RestRoute; readonly url: string },
): void {
  const { method, params, query, takesDocument = false, takesCall = false, dialect = "management" } = route;
  const body = takesDocument || takesCall ? undefined : route.body;
  const declared = declaredStatuses(route);
  app.route({
    method,
    url,
    ...(takesDocument && { bodyLimit: limits.importBodyBytes }),
    ...(takesCall && { bodyLimit: limits.inferenceBodyBytes }),
    schema: {
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(route.answer && { response: { 200: route.answer } }),
    },
    validatorCompiler: ({ schema, httpPart }) => {
      // safe: these routes have no schemas but Zod's
      const given = schema as z.ZodType;
      return (value: unknown) => validate(given, { value, part: httpPart ?? "body" });
    },
    serializerCompiler: ({ schema }) => {
      // safe: as above
      const answer = schema as z.ZodType;
      return (value) => JSON.stringify(z.encode(answer, value));
    },
    errorHandler: (error, request, reply) => sendError(container, { error, request, reply, dialect }),
    onRequest: async (request) => {
      const actor = await findActor(container, request, route);
      request.restActor = actor;
      if (route.policy.auth !== "none") assertPolicy(actor, route.policy);
      assertStorableValue(request.query);
    },
    onSend: async (request, reply) => {
      reply.header("x-corral-revision", revisionText(container.services.catalog.current().revision));
      if (!declared.has(reply.statusCode))
        request.log.error({ url, status: reply.statusCode }, "answered with a status that is not declared");
    },
    handler: (request, reply) =>
      runRoute(container, route, { request, reply, actor: request.restActor ?? null }),
  });
}

/** Where anybody may ask, a credential that has ended is none: it must not keep its bearer from signing in. */
async function findActor(
  container: Container,
  request: FastifyRequest,
  { policy, takesCookie = false }: RestRoute,
): Promise<Actor | null> {
  try {
    const { authenticator } = container;
    return await authenticate(request, {
      authenticator,
      cookieName: takesCookie ? container.cookie().name : null,
    });
  } catch (error) {
    if (policy.auth === "none" && isDomainError(error) && error.code === "unauthenticated") return null;
    throw error;
  }
}

function validate(
  schema: z.ZodType,
  { value, part }: { readonly value: unknown; readonly part: string },
): { readonly value: unknown } | { readonly error: Error } {
  // a request without a body comes as null
  const parsed = schema.safeParse(part === "body" && value === null ? undefined : value);
  if (parsed.success) return { value: parsed.data };
  const issues = toIssues(parsed.error);
  const [first] = issues;
  const where = first === undefined || first.path.length === 0 ? nameOfPart(part) : first.path.join(".");
  const message = (first?.message ?? "has a wrong value").replace(/\.$/u, "");
  return { error: new DomainError("invalid_input", `${where}: ${message}.`, { details: { issues } }) };
}

function nameOfPart(part: string): string {
  return part === "body" ? "The body" : "The address";
}

function sendError(
  container: Container,
  on: {
    readonly error: unknown;
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly dialect: ErrorDialect;
  },
): void {
  const { request, reply, dialect } = on;
  const known = container.toDomainError(on.error);
  container.logFailure(request.log, known);
  const { status, body, headers } = toDialectError(dialect, known, request.restActor ?? null);
  void reply.status(status).type("application/json; charset=utf-8").headers(headers).send(body);
}
