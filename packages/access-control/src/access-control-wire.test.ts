import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { z } from "zod";
import * as any from "./__fixtures__/arbitraries.ts";
import { accessControlSchema, explicitAccessSchema, isSameAccess } from "./access-control.ts";
import {
  accessControlCodec,
  accessControlWireInputSchema,
  accessControlWireSchema,
  fromWire,
  toWire,
} from "./access-control-wire.ts";
import { decideAccess } from "./decide-access.ts";

const empty = { groupIds: [], userIds: [] };

function explain(schema: z.ZodType, value: unknown): string {
  const result = schema.safeParse(value);
  return result.success ? expect.unreachable("was accepted") : z.prettifyError(result.error);
}

describe("the wire form", () => {
  test.each([
    [null, { kind: "public" }, null],
    [{}, { kind: "private" }, {}],
    [{ read: {} }, { kind: "private" }, {}],
    [
      { read: { group_ids: [], user_ids: [] }, write: { group_ids: [], user_ids: [] } },
      { kind: "private" },
      {},
    ],
    [
      { write: { user_ids: ["ada"] } },
      { kind: "restricted", read: empty, write: { groupIds: [], userIds: ["ada"] } },
      { read: { group_ids: [], user_ids: [] }, write: { group_ids: [], user_ids: ["ada"] } },
    ],
    [
      { read: { group_ids: ["support", "sales", "support"] } },
      { kind: "restricted", read: { groupIds: ["support", "sales"], userIds: [] }, write: empty },
      { read: { group_ids: ["support", "sales"], user_ids: [] }, write: { group_ids: [], user_ids: [] } },
    ],
  ])("of %j is read and written back", (wire, access, written) => {
    const decoded = accessControlCodec.parse(wire);

    expect(decoded).toEqual(access);
    expect(z.encode(accessControlCodec, decoded)).toEqual(written);
  });

  test("has the string inherit on the way in only", () => {
    expect(fromWire(accessControlWireInputSchema.parse("inherit"))).toEqual({ kind: "inherit" });
    expect(fromWire(accessControlWireInputSchema.parse(null))).toEqual({ kind: "public" });
    expect(accessControlCodec.safeParse("inherit").success).toBe(false);
  });

  test("takes restricted access without any grant for private, both ways", () => {
    expect(toWire({ kind: "restricted", read: empty, write: empty })).toEqual({});
    expect(isSameAccess({ kind: "restricted", read: empty, write: empty }, { kind: "private" })).toBe(true);
  });

  test("can be described in OpenAPI", () => {
    const schema = z.toJSONSchema(accessControlWireInputSchema, { io: "input" });

    expect(JSON.stringify(schema)).toContain('"maxItems":500');
    expect(() => z.toJSONSchema(accessControlSchema)).not.toThrow();
  });
});

describe("the round trip", () => {
  test.prop([any.explicitAccess])(
    "through JSON loses nothing but order, duplicates and empty lists",
    (access) => {
      const wire: unknown = JSON.parse(JSON.stringify(z.encode(accessControlCodec, access)));

      const back = accessControlCodec.parse(wire);

      expect(isSameAccess(back, access)).toBe(true);
      expect(z.encode(accessControlCodec, back)).toEqual(wire);
    },
  );

  test.prop({ principal: any.principal, level: any.level, subject: any.subject, access: any.explicitAccess })(
    "changes nobody's rights",
    ({ principal, level, subject, access }) => {
      const before = decideAccess(principal, level, { ...subject, access });
      const after = decideAccess(principal, level, { ...subject, access: fromWire(toWire(access)) });

      expect(after).toEqual(before);
    },
  );

  test.prop([any.accessControl])("of the domain schema keeps what it accepts", (access) => {
    expect(isSameAccess(accessControlSchema.parse(access), access)).toBe(true);
  });
});

describe("same access", () => {
  test.each([
    [{ kind: "public" }, { kind: "private" }],
    [{ kind: "inherit" }, { kind: "private" }],
    [
      { kind: "restricted", read: { ...empty, userIds: ["a"] }, write: empty },
      { kind: "restricted", read: { ...empty, groupIds: ["a"] }, write: empty },
    ],
    [
      { kind: "restricted", read: { ...empty, userIds: ["a"] }, write: empty },
      { kind: "restricted", read: empty, write: { ...empty, userIds: ["a"] } },
    ],
    [
      { kind: "restricted", read: { ...empty, userIds: ["a", "b"] }, write: empty },
      { kind: "restricted", read: { ...empty, userIds: ["a,b"] }, write: empty },
    ],
  ] as const)("is not %j and %j", (left, right) => {
    expect(isSameAccess(left, right)).toBe(false);
    expect(isSameAccess(right, left)).toBe(false);
  });
});

describe("garbage", () => {
  const tooMany = Array.from({ length: 501 }, (_, index) => `user-${index}`);

  test.each([
    ["an unknown level", { execute: {} }, '"execute"'],
    ["the domain's spelling", { read: { groupIds: [] } }, "read"],
    ["an unknown list", { write: { emails: [] } }, "write"],
    ["a level that is null", { read: null }, "read"],
    ["a list that is null", { read: { user_ids: null } }, "read.user_ids"],
    ["a list that is a string", { read: { group_ids: "support" } }, "read.group_ids"],
    ["an id that is a number", { write: { user_ids: ["a", 7] } }, "write.user_ids[1]"],
    ["an id that is null", { write: { user_ids: [null] } }, "write.user_ids[0]"],
    ["an empty id", { read: { group_ids: [""] } }, "read.group_ids[0]"],
    ["an id of 65 characters", { read: { group_ids: ["x".repeat(65)] } }, "read.group_ids[0]"],
    ["an id with a control character", { read: { user_ids: ["a\u0000b"] } }, "read.user_ids[0]"],
    ["an id with a lone surrogate", { read: { user_ids: ["\ud800"] } }, "read.user_ids[0]"],
    ["everyone as an id", { write: { user_ids: ["*"] } }, "write.user_ids[0]"],
    ["501 ids", { read: { user_ids: tooMany } }, "read.user_ids"],
    ["a prototype", JSON.parse('{"read": {"__proto__": {"user_ids": ["a"]}}}'), "read"],
  ])("is refused by path: %s", (_, value, path) => {
    expect(explain(accessControlWireSchema, value)).toContain(path);
    expect(explain(accessControlWireInputSchema, value)).toContain(path);
    expect(explain(accessControlCodec, value)).toContain(path);
  });

  test.each([undefined, true, 0, "", "public", [], [[]]])("is refused: %j", (value) => {
    expect(accessControlCodec.safeParse(value).success).toBe(false);
    expect(explain(accessControlWireInputSchema, value)).toContain('"inherit"');
  });

  test("is refused in the domain form, by path", () => {
    const restricted = { kind: "restricted", read: empty, write: empty };

    expect(explain(accessControlSchema, { kind: "secret" })).toContain("kind");
    expect(explain(accessControlSchema, { kind: "public", read: empty })).toContain('"read"');
    expect(explain(accessControlSchema, { kind: "restricted", read: empty })).toContain("write");
    expect(explain(accessControlSchema, { ...restricted, ownerId: "ada" })).toContain('"ownerId"');
    expect(explain(accessControlSchema, { ...restricted, write: { ...empty, userIds: tooMany } })).toContain(
      "write.userIds",
    );
    expect(explain(accessControlSchema, null)).toContain("expected object");
    expect(explain(explicitAccessSchema, { kind: "inherit" })).toContain("kind");
  });

  test("of any shape never throws, and what passes is a wire form", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
        const result = accessControlWireInputSchema.safeParse(value);
        if (result.success) expect(accessControlSchema.safeParse(fromWire(result.data)).success).toBe(true);
      }),
    );
  });

  test("accepts exactly 500 ids in each list, and removes duplicates", () => {
    const ids = tooMany.slice(1);
    const access = { kind: "restricted", read: { groupIds: ids, userIds: ids }, write: empty } as const;

    expect(accessControlSchema.parse(access)).toEqual(access);
    expect(accessControlSchema.parse({ ...access, read: { groupIds: ["a", "a"], userIds: [] } })).toEqual({
      ...access,
      read: { groupIds: ["a"], userIds: [] },
    });
  });
});
