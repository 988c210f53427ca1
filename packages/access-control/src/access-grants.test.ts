import { test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { z } from "zod";
import * as any from "./__fixtures__/arbitraries.ts";
import { isSameAccess } from "./access-control.ts";
import { accessGrantsSchema, fromAccessGrants, toAccessGrants } from "./access-grants.ts";

function grant(principal_type: string, principal_id: unknown, permission: string): Record<string, unknown> {
  return { principal_type, principal_id, permission };
}

describe("Open WebUI's grants", () => {
  test.each([
    [[], { kind: "private" }],
    [[grant("user", "*", "read")], { kind: "public" }],
    [[grant("user", "*", "read"), grant("group", "sales", "read")], { kind: "public" }],
    [
      [grant("group", "sales", "read"), grant("user", "ada", "write"), grant("group", "sales", "read")],
      {
        kind: "restricted",
        read: { groupIds: ["sales"], userIds: [] },
        write: { groupIds: [], userIds: ["ada"] },
      },
    ],
  ])("of %j are understood", (grants, access) => {
    expect(fromAccessGrants(accessGrantsSchema.parse(grants))).toEqual(access);
  });

  test("are taken as they are read back, with all their columns", () => {
    const row = { id: "g1", resource_type: "model", resource_id: "m", created_at: 1_700_000_000 };

    const grants = accessGrantsSchema.parse([{ ...row, ...grant("user", "ada", "read") }]);

    expect(grants).toEqual([grant("user", "ada", "read")]);
  });

  test.prop([any.explicitAccess])("and access say the same in both directions", (access) => {
    const grants: unknown = JSON.parse(JSON.stringify(toAccessGrants(access)));

    expect(isSameAccess(fromAccessGrants(accessGrantsSchema.parse(grants)), access)).toBe(true);
  });

  test.each([
    ["write for everyone", [grant("user", "*", "write")], "never write"],
    [
      "writers of a public model",
      [grant("user", "*", "read"), grant("group", "g", "write")],
      "no write grants",
    ],
    ["everyone as a group", [grant("group", "*", "read")], "[0].principal_id"],
    ["callers without an account", [grant("anyone", "*", "read")], "[0].principal_type"],
    ["an unknown level", [grant("user", "ada", "read"), grant("user", "ada", "own")], "[1].permission"],
    ["an empty id", [grant("user", "", "read")], "[0].principal_id"],
    ["an id that is a number", [grant("user", 1, "read")], "[0].principal_id"],
    ["a grant that is null", [null], "[0]"],
    ["an object", {}, "expected array"],
    ["501 users", Array.from({ length: 501 }, (_, i) => grant("user", `u${i}`, "read")), "at most 500 users"],
    ["2002 grants", Array.from({ length: 2002 }, () => grant("user", "u", "read")), "2001"],
  ])("are refused for %s", (_, grants, message) => {
    const result = accessGrantsSchema.safeParse(grants);

    expect(result.success ? "accepted" : z.prettifyError(result.error)).toContain(message);
  });

  test("for everyone never become more than read, even unvalidated", () => {
    expect(fromAccessGrants([{ principal_type: "user", principal_id: "*", permission: "write" }])).toEqual({
      kind: "private",
    });
  });
});
