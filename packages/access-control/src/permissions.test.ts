import { describe, expect, test } from "vitest";
import { defaultMemberPermissions, hasPermission, permissions } from "./permissions.ts";
import type { Principal } from "./principal.ts";

const member: Principal = { userId: "u", role: "user", status: "active", groupIds: new Set(), bypass: false };
const defaults = new Set(defaultMemberPermissions);

describe("permissions", () => {
  test("let members create, share with people, import, export and make keys, and no more", () => {
    const held = permissions.filter((permission) => hasPermission(member, permission, defaults));

    expect(held).toEqual(["models.create", "models.share", "models.import", "models.export", "keys.create"]);
  });

  test("follow what was granted, not the defaults", () => {
    expect(hasPermission(member, "models.share_public", new Set(["models.share_public"]))).toBe(true);
    expect(hasPermission(member, "models.create", new Set())).toBe(false);
  });

  test("are all held by administrators, whatever the bypass setting", () => {
    const admin: Principal = { ...member, role: "admin" };

    expect(permissions.every((permission) => hasPermission(admin, permission, new Set()))).toBe(true);
  });

  test.each([
    ["an anonymous caller", null],
    ["a pending account", { ...member, role: "pending" }],
    ["a suspended administrator", { ...member, role: "admin", status: "suspended" }],
  ] satisfies [string, Principal | null][])("are held by nobody who may do nothing: %s", (_, principal) => {
    const all = new Set(permissions);

    expect(permissions.filter((permission) => hasPermission(principal, permission, all))).toEqual([]);
  });
});
