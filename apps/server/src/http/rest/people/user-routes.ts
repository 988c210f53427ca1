import { hasPermission, roles } from "@corral/access-control";
import { limits, type Actor, type User } from "@corral/core";
import { z } from "zod";
import { toSeconds } from "../models/model-wire.ts";
import { queryInteger } from "../query-schemas.ts";
import { restRoute, type RestRoute } from "../rest-route.ts";
import {
  fromPermissionTree,
  permissionExample,
  permissionInputSchema,
  permissionTreeSchema,
  toPermissionTree,
} from "./permission-tree.ts";

const userWireSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    is_active: z.boolean(),
    created_at: z.int(),
  })
  .meta({ id: "User" });
const example = {
  id: "7c0a1c44-63a1-4d5e-9e4e-2f7f0f6b1d22",
  name: "Bob",
  email: "bob@example.com",
  role: "user",
  is_active: true,
  created_at: 1_795_344_000,
};
const pageExample = { users: [example], total: 1 };
const pageSchema = z.object({ users: z.array(userWireSchema), total: z.int() });
/** Keys do not look at people. */
const looking = { tag: "users", policy: { auth: "member", scope: "none" } } as const;
const idSchema = z.object({ id: z.uuid() });

const listUsers = restRoute({
  ...looking,
  method: "GET",
  path: "/",
  operationId: "list",
  summary: "Accounts, thirty a page; needs `users.read`",
  query: z.object({
    query: z.string().max(limits.searchLength).optional(),
    page: queryInteger({ min: -1_000_000, max: 1_000_000 }),
  }),
  answer: pageSchema,
  examples: { query: { query: "bob", page: 1 }, answer: pageExample },
  async handle({ actor, query, services }) {
    const search = query.query?.trim() ?? "";
    const limit = limits.pageSize;
    const offset = (Math.max(1, query.page ?? 1) - 1) * limit;
    const asked = search === "" ? { offset, limit } : { offset, limit, search };
    const { users, total } = await services.users.list(actor, asked);
    return { users: users.map(toUserWire), total };
  },
});

const listAllUsers = restRoute({
  ...looking,
  method: "GET",
  path: "/all",
  operationId: "listAll",
  summary: "All accounts, ten thousand at most; needs `users.read`",
  answer: pageSchema,
  examples: { answer: pageExample },
  async handle({ actor, services }) {
    const { users, total } = await services.users.list(actor, { offset: 0, limit: 10_000 });
    return { users: users.map(toUserWire), total };
  },
});

const searchUsers = restRoute({
  ...looking,
  method: "GET",
  path: "/search",
  operationId: "search",
  summary: "People to share with, by a part of their name or their whole address",
  description: "Nobody for fewer than two characters. Addresses only for those who have `users.read`.",
  query: z.object({ query: z.string().max(limits.searchLength).optional() }),
  answer: z.object({
    users: z.array(z.object({ id: z.string(), name: z.string(), email: z.string().nullable() })),
    total: z.int(),
  }),
  examples: {
    query: { query: "bob" },
    answer: { users: [{ id: example.id, name: "Bob", email: null }], total: 1 },
  },
  async handle({ actor, query, services }) {
    const text = query.query?.trim() ?? "";
    const found = text.length < 2 ? [] : await services.users.search(actor, text);
    return { users: found.map(({ id, name, email }) => ({ id, name, email })), total: found.length };
  },
});

const listOwnGroups = restRoute({
  method: "GET",
  path: "/groups",
  operationId: "listOwnGroups",
  tag: "users",
  summary: "The groups that the caller belongs to",
  policy: { auth: "member", scope: "models:read" },
  answer: z.array(z.object({ id: z.string(), name: z.string(), description: z.string() })),
  examples: { answer: [{ id: "b6b2b0a9-3d07-43d3-8f7b-02ce5b5a9c8f", name: "Support", description: "" }] },
  async handle({ actor, services }) {
    const groups = await services.groups.list(actor);
    return groups
      .filter(({ id }) => actor.principal.groupIds.has(id))
      .map(({ id, name, description }) => ({ id, name, description }));
  },
});

const getOwnPermissions = restRoute({
  method: "GET",
  path: "/permissions",
  operationId: "getOwnPermissions",
  tag: "users",
  summary: "What the caller may do apart from any single model",
  policy: { auth: "account", scope: "models:read" },
  answer: permissionTreeSchema,
  examples: { answer: permissionExample },
  handle: ({ actor }) => permissionsOf(actor),
});

export function permissionsOf({ principal, permissions }: Actor) {
  return toPermissionTree((permission) => hasPermission(principal, permission, permissions));
}

const onDefaults = {
  path: "/default/permissions",
  tag: "users",
  policy: { auth: "administrator", scope: "admin" },
  answer: permissionTreeSchema,
} as const;

const getDefaultPermissions = restRoute({
  ...onDefaults,
  method: "GET",
  operationId: "getDefaultPermissions",
  summary: "What every member may do; groups add to it",
  examples: { answer: permissionExample },
  async handle({ actor, services }) {
    const { memberPermissions } = await services.settings.get(actor);
    return toPermissionTree((permission) => memberPermissions.includes(permission));
  },
});

const setDefaultPermissions = restRoute({
  ...onDefaults,
  method: "POST",
  operationId: "setDefaultPermissions",
  summary: "Chooses what every member may do; branches that are absent stay",
  body: permissionInputSchema,
  examples: { body: { sharing: { public_models: true } }, answer: permissionExample },
  async handle({ actor, body, services, client }) {
    const before = await services.settings.get(actor);
    const memberPermissions = fromPermissionTree(body, before.memberPermissions);
    const after = await services.settings.update(actor, { memberPermissions }, client);
    return toPermissionTree((permission) => after.memberPermissions.includes(permission));
  },
});

const updateRole = restRoute({
  method: "POST",
  path: "/update/role",
  operationId: "updateRole",
  tag: "users",
  summary: "Gives an account another role, which ends its sessions",
  policy: { auth: "administrator", scope: "none" },
  body: z.object({ id: z.uuid(), role: z.enum(roles) }),
  answer: userWireSchema,
  errors: ["user_not_found", "last_admin"],
  examples: { body: { id: example.id, role: "user" }, answer: example },
  handle: async ({ actor, body, services, client }) =>
    toUserWire(await services.users.update(actor, body, client)),
});

const getUser = restRoute({
  ...looking,
  method: "GET",
  path: "/:id",
  operationId: "get",
  summary: "One account: one's own, or with `users.read` any",
  params: idSchema,
  answer: userWireSchema.extend({
    profile_image_url: z.string().nullable(),
    groups: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
  }),
  errors: ["user_not_found"],
  examples: { answer: { ...example, profile_image_url: null, groups: [] } },
  async handle({ actor, params, services }) {
    const { image, groups, ...user } = await services.users.get(actor, params.id);
    return {
      ...toUserWire(user),
      profile_image_url: image,
      groups: groups.map(({ id, name }) => ({ id, name })),
    };
  },
});

const deleteUser = restRoute({
  method: "DELETE",
  path: "/:id",
  operationId: "delete",
  tag: "users",
  summary: "Deletes an account with its sessions, keys and grants",
  description: "Its models go to `transfer_to`, else to nobody: then administrators manage them.",
  policy: { auth: "administrator", scope: "none" },
  params: idSchema,
  query: z.object({ transfer_to: z.uuid().optional() }),
  answer: z.boolean(),
  errors: ["user_not_found", "last_admin"],
  examples: { answer: true },
  async handle({ actor, params, query, services, client }) {
    await services.users.delete(actor, { id: params.id, transferTo: query.transfer_to ?? null }, client);
    return true;
  },
});

function toUserWire({ id, name, email, role, status, createdAt }: User): z.output<typeof userWireSchema> {
  return { id, name, email, role, is_active: status === "active", created_at: toSeconds(createdAt) };
}

export const userRoutes: readonly RestRoute[] = [
  listUsers,
  listAllUsers,
  searchUsers,
  listOwnGroups,
  getOwnPermissions,
  getDefaultPermissions,
  setDefaultPermissions,
  updateRole,
  getUser,
  deleteUser,
];
