import { hasPermission } from "@corral/access-control";
import { DomainError } from "@corral/core";
import { z } from "zod";
import { restRoute, type RestRoute } from "../rest-route.ts";

const keySchema = z.object({ api_key: z.string() });
const own = {
  path: "/api_key",
  tag: "auths",
  // a key that leaked must not make more of itself
  policy: { auth: "member", scope: "none" },
} as const;

const replaceApiKey = restRoute({
  ...own,
  method: "POST",
  operationId: "replaceApiKey",
  summary: "Replaces the caller's API key named `default`",
  description:
    "The key is shown this once. It has its owner's rights, except over keys, passwords and people.",
  answer: keySchema,
  examples: { answer: { api_key: "sk-4f2k…" } },
  async handle({ actor, services, client: { requestId } }) {
    const { principal, permissions } = actor;
    if (!hasPermission(principal, "keys.create", permissions)) {
      throw new DomainError("access_denied", "Making API keys needs the permission keys.create.");
    }
    const author = { actorId: principal.userId, requestId, action: "keys.create" };
    const { key } = await services.accounts.replaceDefaultKey(principal.userId, author);
    return { api_key: key.reveal() };
  },
});

const getApiKey = restRoute({
  ...own,
  method: "GET",
  operationId: "getApiKey",
  summary: "Shows the caller's API key, masked",
  answer: keySchema,
  errors: ["key_not_found"],
  examples: { answer: { api_key: "sk-4f2k…9a" } },
  async handle({ actor, services }) {
    const key = await services.accounts.findDefaultKey(actor.principal.userId);
    if (key === undefined) throw new DomainError("key_not_found");
    return { api_key: key.masked };
  },
});

const deleteApiKey = restRoute({
  ...own,
  method: "DELETE",
  operationId: "deleteApiKey",
  summary: "Revokes the caller's API key named `default`",
  answer: z.boolean(),
  examples: { answer: true },
  handle({ actor, services, client: { requestId } }) {
    const { userId } = actor.principal;
    return services.accounts.deleteDefaultKey(userId, { actorId: userId, requestId, action: "keys.delete" });
  },
});

export const apiKeyRoutes: readonly RestRoute[] = [replaceApiKey, getApiKey, deleteApiKey];
