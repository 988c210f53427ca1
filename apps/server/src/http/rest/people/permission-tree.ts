import { permissions, type Permission } from "@corral/access-control";
import { z } from "zod";

/** Where Open WebUI keeps what we call a permission; those that it lacks stand under `corral`. */
const places = {
  "models.create": ["workspace", "models"],
  "models.import": ["workspace", "models_import"],
  "models.export": ["workspace", "models_export"],
  "models.share": ["sharing", "models"],
  "models.share_public": ["sharing", "public_models"],
  "keys.create": ["features", "api_keys"],
  "connections.read": ["corral", "connections_read"],
  "users.read": ["corral", "users_read"],
} as const satisfies Record<Permission, readonly [string, string]>;

/** A tree of switches. What is not listed here is ignored when it comes, and never given out. */
export const permissionTreeSchema = z.record(z.string(), z.record(z.string(), z.boolean()));
export type PermissionTree = z.output<typeof permissionTreeSchema>;
/** As clients send it, which know more branches than we do. */
export const permissionInputSchema = z.record(z.string(), z.unknown());

export const permissionExample = {
  workspace: { models: true, models_import: true, models_export: true },
  sharing: { models: true, public_models: false },
  features: { api_keys: true },
  corral: { connections_read: false, users_read: false },
};

export function toPermissionTree(has: (permission: Permission) => boolean): PermissionTree {
  const tree: Record<string, Record<string, boolean>> = {};
  for (const permission of permissions) {
    const [branch, leaf] = places[permission];
    tree[branch] = { ...tree[branch], [leaf]: has(permission) };
  }
  return tree;
}

/** What the tree says, and for what it does not speak of, what holds now. */
export function fromPermissionTree(
  tree: Readonly<Record<string, unknown>>,
  before: readonly Permission[],
): Permission[] {
  return permissions.filter((permission) => {
    const [branch, leaf] = places[permission];
    const leaves = z.record(z.string(), z.unknown()).safeParse(tree[branch]).data;
    const said = leaves?.[leaf];
    return typeof said === "boolean" ? said : before.includes(permission);
  });
}
