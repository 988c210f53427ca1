import { DomainError, limits, revisionText, type Actor } from "@corral/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { authenticate } from "../../authenticate.ts";
import type { Container } from "../../container.ts";
import { parseJsonBody } from "../json-shape.ts";
import { waitForRevision } from "../wait-for-revision.ts";
import { handleChatCompletions } from "./chat-completions.ts";
import { handleCompletions } from "./completions.ts";
import { handleEmbeddings } from "./embeddings.ts";
import { errorHeaders, toOpenAIError } from "./error-body.ts";
import { createModelListing } from "./list-models.ts";

/** `/v1`: what OpenAI's clients call, with a bearer API key or session token. */
export function openaiRoutes(container: Container) {
  const { services, authenticator, calls } = container;
  const listing = createModelListing(services.catalog);
  const ports = {
    chat: services.chat,
    calls,
    catalog: services.catalog,
    heartbeatMs: container.env.heartbeatMs,
  };

  const callerOf = async (request: FastifyRequest): Promise<Actor> => {
    const actor = await authenticate(request, { authenticator, cookieName: null });
    if (actor === null) throw new DomainError("unauthenticated");
    assertMayCall(actor);
    return actor;
  };

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
    app.get("/models", async (request, reply) => {
      const actor = await callerOf(request);
      reply.header("content-type", "application/json; charset=utf-8");
      reply.header("x-corral-revision", revisionText(services.catalog.current().revision));
      return listing.all(actor);
    });
    app.get<{ Params: { "*": string } }>("/models/*", async (request) => {
      const id = request.params["*"];
      const model = listing.one(await callerOf(request), id);
      if (model === undefined)
        throw new DomainError("model_not_found", `The model "${id}" does not exist, or you may not call it.`);
      return model;
    });
    app.post("/chat/completions", async (request, reply) =>
      handleChatCompletions(ports, { request, reply, actor: await callerOf(request) }),
    );
    app.post("/completions", async (request, reply) =>
      handleCompletions(ports, { request, reply, actor: await callerOf(request) }),
    );
    app.post("/embeddings", async (request, reply) =>
      handleEmbeddings(ports, { request, reply, actor: await callerOf(request) }),
    );
  };
}

/** @throws DomainError `access_denied` for accounts that wait for approval and keys without the scope. */
function assertMayCall({ principal, credential }: Actor): void {
  if (principal.role === "pending") {
    throw new DomainError("access_denied", "An administrator has not approved your account yet.");
  }
  if (
    credential.kind === "key" &&
    credential.scopes !== "owner" &&
    !credential.scopes.has("gateway:invoke")
  ) {
    throw new DomainError("access_denied", "The API key lacks the scope gateway:invoke.");
  }
}
