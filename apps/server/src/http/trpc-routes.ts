import fastifyCookie from "@fastify/cookie";
import {
  appRouter,
  errorCodeOf,
  formatError,
  largeCalls,
  loneCalls,
  maxBatchSize,
  type ApiContext,
} from "@corral/api";
import { DomainError, isDomainError, limits, revisionText, type Actor } from "@corral/core";
import { fastifyRequestHandler } from "@trpc/server/adapters/fastify";
import { TRPCError } from "@trpc/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authenticate, presentedBy } from "../authenticate.ts";
import type { Container } from "../container.ts";
import { clientOf } from "./client-of.ts";
import { assertStorable, parseJsonBody } from "./json-shape.ts";
import { createLargeBodyGate } from "./large-bodies.ts";
import { errorHeaders } from "./openai/error-body.ts";
import { assertSameOrigin } from "./request-guards.ts";
import { createQueryRoute } from "./trpc-query.ts";
import { waitForRevision } from "./wait-for-revision.ts";

/** `/trpc`: the typed interface, for browsers with the session cookie and for programs with a bearer token. */
export function trpcRoutes(container: Container) {
  return async (app: FastifyInstance): Promise<void> => {
    // here alone: nothing else reads or sets a cookie
    await app.register(fastifyCookie);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/json",
      { parseAs: "string", bodyLimit: limits.controlBodyBytes },
      async (_: FastifyRequest, body: string) => {
        // tRPC parses it again; what it says about broken JSON quotes the body
        if (body !== "") assertStorable(body, parseJsonBody(body, limits.messageDepth));
        return body;
      },
    );
    // What is refused before tRPC sees it, in the form that its clients read.
    app.setErrorHandler((error, request, reply) => {
      const known = container.toDomainError(error);
      container.logFailure(request.log, known);
      const shape = { code: known.code === "internal" ? -32_603 : -32_600, message: "", data: {} } as const;
      const body = formatError({
        shape,
        error: new TRPCError({ code: "BAD_REQUEST", cause: known }),
        requestId: request.id,
      });
      return reply.status(body.data.httpStatus).headers(errorHeaders(known)).send({ error: body });
    });
    app.addHook("preHandler", async (request) => {
      assertSameOrigin(request, container.servedAt());
      assertStorableInput(request);
      await waitForRevision(request, container.services.catalog);
    });
    app.addHook("onSend", async (_, reply) => {
      reply.header("x-corral-revision", revisionText(container.services.catalog.current().revision));
    });
    addCalls(app, container);
  };
}

/** A query's input is JSON in the address; what is broken there is told by whoever parses it. */
function assertStorableInput({ query }: FastifyRequest): void {
  // safe: Fastify's own parser makes texts, or lists of them
  const { input } = query as { readonly input?: string | readonly string[] };
  if (typeof input !== "string" || !input.includes("\\u")) return;
  assertStorable(input, parseJsonBody(input, limits.messageDepth));
}

/** Every procedure at its path, and those that take whole documents with a limit of their own. */
function addCalls(app: FastifyInstance, container: Container): void {
  const answerQuery = createQueryRoute({
    createContext: (request, reply, paths) =>
      createContext(container, { request, reply, paths, takesStreams: false }),
    onError: (request, { error, path }) => logFailure(container, request, { error, path }),
  });
  const answerCall = async (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const answer = await answerQuery(request, reply, path);
    if (answer !== undefined) return answer;
    await fastifyRequestHandler({
      router: appRouter,
      req: request,
      res: reply,
      path,
      maxBatchSize,
      createContext: ({ info }) => {
        const paths = info.calls.map((call) => call.path);
        const takesStreams = info.isBatchCall && info.accept === "application/jsonl";
        return createContext(container, { request, reply, paths, takesStreams });
      },
      onError: (failure) => logFailure(container, request, failure),
    });
    return reply;
  };
  app.all<{ Params: { path: string } }>("/:path", (request, reply) =>
    answerCall(request, reply, request.params.path),
  );
  const onRequest = createLargeBodyGate((request, reply) =>
    findActor(container, { request, session: sessionCookie(container, reply) }),
  );
  for (const path of largeCalls) {
    app.post(`/${path}`, { bodyLimit: limits.importBodyBytes, onRequest }, (request, reply) =>
      answerCall(request, reply, path),
    );
  }
}

function logFailure(
  container: Container,
  request: FastifyRequest,
  { error, path }: { readonly error: TRPCError; readonly path: string | undefined },
): void {
  container.logFailure(request.log.child({ procedure: path }), error.cause ?? error, errorCodeOf(error));
}

async function createContext(
  container: Container,
  on: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly paths: readonly string[];
    readonly takesStreams: boolean;
  },
): Promise<ApiContext> {
  const { request, reply, paths } = on;
  if (paths.length > 1 && paths.some((path) => loneCalls.has(path))) {
    throw new TRPCError({
      code: "BAD_REQUEST",
      cause: new DomainError("invalid_input", "This call cannot be part of a batch; send it alone."),
    });
  }
  // Each call of a batch listens for the client's leaving.
  reply.raw.setMaxListeners(reply.raw.getMaxListeners() + 2 * paths.length);
  const session = sessionCookie(container, reply);
  const actor = await findActor(container, { request, session });
  if (paths.includes("events.live")) container.inFlight.markEndless(reply.raw);
  const beginCall = (): AbortSignal => {
    if (actor === null) throw new DomainError("unauthenticated");
    const live = container.calls.begin({ actor, response: reply.raw });
    reply.raw.once("close", () => live[Symbol.dispose]());
    return live.signal;
  };
  return {
    services: container.services,
    actor,
    presented: presentedBy(request, container.cookie().name),
    client: clientOf(request),
    beginCall,
    beginStream() {
      if (on.takesStreams) return beginCall();
      const message =
        "This call answers with a stream: send it as a batch with `trpc-accept: application/jsonl`.";
      throw new DomainError("invalid_input", message);
    },
    session,
  };
}

/** A cookie whose session has ended is nobody's: it is taken back, and must not keep its browser from signing in. */
async function findActor(
  container: Container,
  on: { readonly request: FastifyRequest; readonly session: ApiContext["session"] },
): Promise<Actor | null> {
  const { authenticator } = container;
  try {
    return await authenticate(on.request, { authenticator, cookieName: container.cookie().name });
  } catch (error) {
    const isOurCookie = on.request.headers.authorization === undefined;
    if (!isOurCookie || !isDomainError(error) || error.code !== "unauthenticated") throw error;
    on.session.clear();
    return null;
  }
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
