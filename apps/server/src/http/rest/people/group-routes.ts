import { DomainError, type SeenGroup } from "@corral/core";
import { z } from "zod";
import { toSeconds } from "../models/model-wire.ts";
import { restRoute, type RestCall, type RestRoute } from "../rest-route.ts";
import {
  fromPermissionTree,
  permissionExample,
  permissionInputSchema,
  permissionTreeSchema,
  toPermissionTree,
} from "./permission-tree.ts";

const groupSchema = z
  .object({
    id: z.string(),
    user_id: z.string().nullable(),
    name: z.string(),
    description: z.string(),
    data: z.null(),
    meta: z.null(),
    permissions: permissionTreeSchema.describe("What its members may do beyond the defaults for all."),
    user_ids: z.array(z.string()).describe("All for administrators; for members only their own id."),
    member_count: z.int(),
    created_at: z.int(),
    updated_at: z.int(),
  })
  .meta({ id: "Group" });
const example = {
  id: "b6b2b0a9-3d07-43d3-8f7b-02ce5b5a9c8f",
  user_id: null,
  name: "Support",
  description: "",
  data: null,
  meta: null,
  permissions: permissionExample,
  user_ids: ["7c0a1c44-63a1-4d5e-9e4e-2f7f0f6b1d22"],
  member_count: 1,
  created_at: 1_795_344_000,
  updated_at: 1_795_344_000,
};
const userIds = z.array(z.string()).max(10_000);
const formSchema = z.object({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(2_000).nullish(),
  user_ids: userIds.nullish(),
  permissions: permissionInputSchema.nullish(),
});
const idSchema = z.object({ id: z.string().min(1).max(64) });
const administering = { tag: "groups", policy: { auth: "administrator", scope: "admin" } } as const;
const writeErrors = ["name_taken", "user_not_found", "group_not_found"] as const;

const listGroups = restRoute({
  method: "GET",
  path: "/",
  operationId: "list",
  tag: "groups",
  summary: "All groups for administrators, their own for members",
  policy: { auth: "member", scope: "models:read" },
  answer: z.array(groupSchema),
  examples: { answer: [example] },
  handle: async ({ actor, services }) => (await services.groups.list(actor)).map(toGroup),
});

const createGroup = restRoute({
  ...administering,
  method: "POST",
  path: "/create",
  operationId: "create",
  summary: "Makes a group",
  body: formSchema,
  answer: groupSchema,
  errors: writeErrors,
  examples: { body: { name: "Support", description: "" }, answer: example },
  async handle({ actor, body, services, client }) {
    const { name, description, user_ids: memberIds, permissions } = body;
    const input = {
      name,
      description: description ?? "",
      memberIds: memberIds ?? [],
      permissions: fromPermissionTree(permissions ?? {}, []),
    };
    return toGroup(await services.groups.create(actor, input, client));
  },
});

const getGroup = restRoute({
  ...administering,
  method: "GET",
  path: "/id/:id",
  operationId: "get",
  summary: "One group",
  params: idSchema,
  answer: groupSchema,
  errors: ["group_not_found"],
  examples: { answer: example },
  handle: async (call) => toGroup(await findGroup(call, call.params.id)),
});

const exportGroup = restRoute({
  ...administering,
  method: "GET",
  path: "/id/:id/export",
  operationId: "export",
  summary: "One group with its members",
  params: idSchema,
  answer: groupSchema,
  errors: ["group_not_found"],
  examples: { answer: example },
  handle: async (call) => toGroup(await findGroup(call, call.params.id)),
});

const listGroupUsers = restRoute({
  ...administering,
  method: "POST",
  path: "/id/:id/users",
  operationId: "listUsers",
  summary: "The members of a group",
  params: idSchema,
  answer: z.array(z.object({ id: z.string(), name: z.string(), email: z.string(), role: z.string() })),
  errors: ["group_not_found"],
  examples: { answer: [{ id: example.user_ids[0], name: "Bob", email: "bob@example.com", role: "user" }] },
  async handle(call) {
    const { memberIds } = await findGroup(call, call.params.id);
    const snapshot = call.services.catalog.current();
    return memberIds.flatMap((id) => {
      const user = snapshot.findUser(id);
      return user === undefined ? [] : { id, name: user.name, email: user.email, role: user.role };
    });
  },
});

const updateGroup = restRoute({
  ...administering,
  method: "POST",
  path: "/id/:id/update",
  operationId: "update",
  summary: "Changes a group; what is absent stays, `user_ids` is the whole list of members",
  params: idSchema,
  body: formSchema.partial(),
  answer: groupSchema,
  errors: writeErrors,
  examples: { body: { name: "Support team" }, answer: example },
  async handle(call) {
    const { actor, params, body, services, client } = call;
    const { name, description, user_ids: memberIds, permissions } = body;
    const before = permissions ? (await findGroup(call, params.id)).permissions : [];
    const input = {
      id: params.id,
      ...(name !== undefined && { name }),
      ...(typeof description === "string" && { description }),
      ...(memberIds && { memberIds }),
      ...(permissions && { permissions: fromPermissionTree(permissions, before) }),
    };
    return toGroup(await services.groups.update(actor, input, client));
  },
});

const addGroupUsers = changeMembers("add", (members, ids) => [...new Set([...members, ...ids])]);
const removeGroupUsers = changeMembers("remove", (members, ids) => members.filter((id) => !ids.includes(id)));

function changeMembers(
  verb: "add" | "remove",
  change: (members: readonly string[], ids: readonly string[]) => readonly string[],
) {
  return restRoute({
    ...administering,
    method: "POST",
    path: `/id/:id/users/${verb}`,
    operationId: `${verb}Users`,
    summary: verb === "add" ? "Puts people into a group" : "Takes people out of a group",
    params: idSchema,
    body: z.object({ user_ids: userIds }),
    answer: groupSchema,
    errors: writeErrors,
    examples: { body: { user_ids: example.user_ids }, answer: example },
    async handle(call) {
      const { actor, params, body, services, client } = call;
      const { memberIds } = await findGroup(call, params.id);
      const input = { id: params.id, memberIds: change(memberIds, body.user_ids) };
      return toGroup(await services.groups.update(actor, input, client));
    },
  });
}

const deleteGroup = restRoute({
  ...administering,
  method: "DELETE",
  path: "/id/:id/delete",
  operationId: "delete",
  summary: "Deletes a group; its grants end with it",
  params: idSchema,
  answer: z.boolean(),
  errors: ["group_not_found"],
  examples: { answer: true },
  async handle({ actor, params, services, client }) {
    await services.groups.delete(actor, params.id, client);
    return true;
  },
});

async function findGroup(
  { actor, services }: Pick<RestCall, "services"> & { readonly actor: NonNullable<RestCall["actor"]> },
  id: string,
): Promise<SeenGroup> {
  const group = (await services.groups.list(actor)).find((one) => one.id === id);
  if (group === undefined) throw new DomainError("group_not_found");
  return group;
}

function toGroup({
  id,
  name,
  description,
  memberIds,
  memberCount,
  permissions,
  createdAt,
}: SeenGroup): z.output<typeof groupSchema> {
  const at = toSeconds(createdAt);
  return {
    id,
    user_id: null,
    name,
    description,
    data: null,
    meta: null,
    permissions: toPermissionTree((permission) => permissions.includes(permission)),
    user_ids: [...memberIds],
    member_count: memberCount,
    created_at: at,
    updated_at: at,
  };
}

export const groupRoutes: readonly RestRoute[] = [
  listGroups,
  createGroup,
  getGroup,
  exportGroup,
  listGroupUsers,
  updateGroup,
  addGroupUsers,
  removeGroupUsers,
  deleteGroup,
];
