import { appRouter, errorCodeOf, maxBatchSize, type ApiContext } from "@corral/api";
import { DomainError, limits, revisionText } from "@corral/core";
import { fastifyRequestHandler, type CreateFastifyContextOptions } from "@trpc/server/adapters/fastify";
import { TRPCError } from "@trpc/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "../authenticate.ts";
import type { Container } from "../container.ts";
import { assertJsonDepth } from "./json-shape.ts";
import { assertSameOrigin } from "./request-guards.ts";
import { waitForRevision } from "./wait-for-revision.ts";

/** Calls that last: they end with the session or key that they came with. */
const lastingCalls: ReadonlySet<string> = new Set(["events.live", "chat.stream", "chat.complete"]);
/** Calls that cost much or guess secrets: one a request, so that limits count them one by one. */
const loneCalls: ReadonlySet<string> = new Set([
  "auth.signIn",
  "auth.signUp",
  "keys.create",
  "connections.verify",
  "users.create",
]);

/** `/trpc`: the typed interface, for browsers with the session cookie and for programs with a bearer token. */
export function trpcRoutes(container: Container) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/json",
      { parseAs: "string", bodyLimit: limits.controlBodyBytes },
      async (_: FastifyRequest, body: string) => {
        assertJsonDepth(body, limits.messageDepth);
        return body;
      },
    );
    app.addHook("preHandler", async (request) => {
      assertSameOrigin(request, container.servedAt());
      await waitForRevision(request, container.services.catalog);
    });
    app.addHook("onSend", async (_, reply) => {
      reply.header("x-corral-revision", revisionText(container.services.catalog.current().revision));
    });
    app.all<{ Params: { path: string } }>("/:path", async (request, reply) => {
      await fastifyRequestHandler({
        router: appRouter,
        req: request,
        res: reply,
        path: request.params.path,
        maxBatchSize,
        createContext: (options) => createContext(container, options),
        onError: ({ error, path }) => {
          container.logFailure(
            request.log.child({ procedure: path }),
            error.cause ?? error,
            errorCodeOf(error),
          );
        },
      });
      return reply;
    });
  };
}

async function createContext(
  container: Container,
  { req, res, info }: CreateFastifyContextOptions,
): Promise<ApiContext> {
  const paths = info.calls.map((call) => call.path);
  if (paths.length > 1 && paths.some((path) => loneCalls.has(path))) {
    throw new TRPCError({
      code: "BAD_REQUEST",
      cause: new DomainError("invalid_input", "This call cannot be part of a batch; send it alone."),
    });
  }
  const { authenticator, services } = container;
  const actor = await authenticate(req, { authenticator, cookieName: container.cookie().name });
  if (actor !== null && paths.some((path) => lastingCalls.has(path))) {
    const unwatch = authenticator.watch(actor, () => res.raw.destroy());
    res.raw.once("close", unwatch);
  }
  if (paths.includes("events.live")) container.inFlight.markEndless(res.raw);
  return {
    services,
    actor,
    client: { address: req.ip, userAgent: req.headers["user-agent"] ?? "", requestId: req.id },
    session: sessionCookie(container, res),
  };
}

function sessionCookie(container: Container, reply: FastifyReply): ApiContext["session"] {
  const { name, attributes, encode } = container.cookie();
  return {
    set: (token, expiresAt) => {
      reply.setCookie(name, encode(token), { ...attributes, expires: new Date(expiresAt) });
    },
    clear: () => {
      reply.clearCookie(name, attributes);
    },
  };
}
