import { hasPermission } from "@corral/access-control";
import { DomainError } from "@corral/core";
import type { FastifyInstance } from "fastify";
import type { Container } from "../../container.ts";
import { personOf, prepareRestScope } from "./rest-scope.ts";

/** `/api/v1/auths/api_key`: the caller's key named `default`. */
export function apiKeyRoutes(container: Container) {
  const { accounts } = container.services;
  return async (app: FastifyInstance): Promise<void> => {
    prepareRestScope(app, container);
    app.post("/api_key", async (request) => {
      const { principal, permissions } = await personOf(container, request);
      if (!hasPermission(principal, "keys.create", permissions)) {
        throw new DomainError("access_denied", "Making API keys needs the permission keys.create.");
      }
      const author = { actorId: principal.userId, requestId: request.id, action: "keys.create" };
      const { key } = await accounts.replaceDefaultKey(principal.userId, author);
      return { api_key: key.reveal() };
    });
    app.get("/api_key", async (request) => {
      const { userId } = (await personOf(container, request)).principal;
      const key = await accounts.findDefaultKey(userId);
      if (key === undefined) throw new DomainError("key_not_found");
      return { api_key: key.masked };
    });
    app.delete("/api_key", async (request) => {
      const { userId } = (await personOf(container, request)).principal;
      return accounts.deleteDefaultKey(userId, {
        actorId: userId,
        requestId: request.id,
        action: "keys.delete",
      });
    });
  };
}
