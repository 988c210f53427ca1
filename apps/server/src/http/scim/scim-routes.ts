import { DomainError, limits, type DirectoryPage, type ScimToken } from "@corral/core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Container } from "../../container.ts";
import { parseStorableBody } from "../json-shape.ts";
import { parsePatch, patchGroup, patchUser } from "./apply-patch.ts";
import { parseQuery } from "./parse-query.ts";
import { resourceTypes, schemas, serviceProviderConfig } from "./scim-documents.ts";
import { ScimRefusal, toScimError } from "./scim-error.ts";
import { parseGroup, parseUser, toScimGroup, toScimUser } from "./scim-resources.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set before any route of `/scim/v2` runs. */
    scimToken?: ScimToken;
  }
}

type Named = { readonly Params: { readonly id: string } };
const mediaType = "application/scim+json";

/** `/scim/v2`: accounts and groups, for a directory with a token of its own (RFC 7644). */
export function scimRoutes(container: Container) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      [mediaType, "application/json"],
      { parseAs: "string", bodyLimit: limits.controlBodyBytes },
      async (_: FastifyRequest, body: string) =>
        body === "" ? undefined : parseStorableBody(body, limits.jsonDepth),
    );
    app.setErrorHandler((error, request, reply) => {
      const known = error instanceof ScimRefusal ? error : container.toDomainError(error);
      if (known instanceof DomainError) {
        container.logFailure(request.log, known);
        const { retryAfterMs } = known.details ?? {};
        if (retryAfterMs !== undefined)
          reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
      }
      const { status, body } = toScimError(known);
      return reply.status(status).type(mediaType).send(body);
    });
    app.setNotFoundHandler(() => {
      throw new DomainError("route_not_found");
    });
    app.addHook("onRequest", async (request) => {
      const { authorization } = request.headers;
      request.scimToken = await container.services.scimTokens.authenticate({
        authorization,
        address: request.ip,
      });
    });
    app.addHook("preSerialization", async (_, reply, payload) => {
      reply.type(mediaType);
      return payload;
    });
    addDocuments(app);
    addUsers(app, container);
    addGroups(app, container);
  };
}

function addDocuments(app: FastifyInstance): void {
  app.get("/ServiceProviderConfig", async () => serviceProviderConfig);
  for (const [path, all] of [
    ["/ResourceTypes", resourceTypes],
    ["/Schemas", schemas],
  ] as const) {
    app.get(path, async () => toList({ total: all.length, items: all }, 1));
    app.get<Named>(`${path}/:id`, async (request) => {
      const found = all.find(({ id }) => id === request.params.id);
      if (found === undefined) throw new DomainError("route_not_found");
      return found;
    });
  }
}

function addUsers(app: FastifyInstance, container: Container): void {
  const { scim } = container.services;
  const base = () => container.servedAt().publicUrl;
  app.get("/Users", async (request) => {
    const query = parseQuery("Users", request.query);
    const { total, items } = await scim.listUsers(query.directory);
    return toList(
      { total, items: items.map((user) => query.pick(toScimUser(user, base()))) },
      query.startIndex,
    );
  });
  app.get<Named>("/Users/:id", async (request) => {
    const { pick } = parseQuery("Users", request.query);
    return pick(toScimUser(await scim.getUser(request.params.id), base()));
  });
  app.post("/Users", async (request, reply) => {
    const made = toScimUser(await scim.createUser(by(request), parseUser(request.body)), base());
    return reply.status(201).header("location", made.meta.location).send(made);
  });
  app.put<Named>("/Users/:id", async (request) => {
    const state = parseUser(request.body);
    return toScimUser(await scim.updateUser(by(request), request.params.id, () => state), base());
  });
  app.patch<Named>("/Users/:id", async (request) => {
    const operations = parsePatch(request.body);
    const change = (state: Parameters<typeof patchUser>[0]) => patchUser(state, operations);
    return toScimUser(await scim.updateUser(by(request), request.params.id, change), base());
  });
  app.delete<Named>("/Users/:id", async (request, reply) => {
    await scim.deleteUser(by(request), request.params.id);
    return reply.status(204).send();
  });
}

function addGroups(app: FastifyInstance, container: Container): void {
  const { scim } = container.services;
  const base = () => container.servedAt().publicUrl;
  app.get("/Groups", async (request) => {
    const query = parseQuery("Groups", request.query);
    const { total, items } = await scim.listGroups(query.directory);
    const groups = items.map((group) => query.pick(toScimGroup(group, base())));
    return toList({ total, items: groups }, query.startIndex);
  });
  app.get<Named>("/Groups/:id", async (request) => {
    const { pick } = parseQuery("Groups", request.query);
    return pick(toScimGroup(await scim.getGroup(request.params.id), base()));
  });
  app.post("/Groups", async (request, reply) => {
    const state = parseGroup(request.body);
    const made = toScimGroup(await withMembers(scim.createGroup(by(request), state)), base());
    return reply.status(201).header("location", made.meta.location).send(made);
  });
  app.put<Named>("/Groups/:id", async (request) => {
    const state = parseGroup(request.body);
    return toScimGroup(
      await withMembers(scim.updateGroup(by(request), request.params.id, () => state)),
      base(),
    );
  });
  app.patch<Named>("/Groups/:id", async (request) => {
    const operations = parsePatch(request.body);
    const change = (state: Parameters<typeof patchGroup>[0]) => patchGroup(state, operations);
    return toScimGroup(await withMembers(scim.updateGroup(by(request), request.params.id, change)), base());
  });
  app.delete<Named>("/Groups/:id", async (request, reply) => {
    await scim.deleteGroup(by(request), request.params.id);
    return reply.status(204).send();
  });
}

function by({ scimToken, id }: FastifyRequest): { readonly token: ScimToken; readonly requestId: string } {
  if (scimToken === undefined) throw new DomainError("unauthenticated");
  return { token: scimToken, requestId: id };
}

/** A member without an account is a wrong value; the group itself is there. */
async function withMembers<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "user_not_found") throw error;
    throw new ScimRefusal("invalidValue", error.message);
  }
}

function toList({ total, items }: DirectoryPage<unknown>, startIndex: number) {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: total,
    startIndex,
    itemsPerPage: items.length,
    Resources: items,
  };
}
