import { describe, expect, test } from "vitest";
import type { AccessControl, ExplicitAccess } from "./access-control.ts";
import {
  accessLevels,
  decideAccess,
  toEffectiveAccess,
  type AccessLevel,
  type AccessSubject,
} from "./decide-access.ts";
import type { Principal } from "./principal.ts";

const owner = "user-owner";
const everyGroup = ["group-read", "group-write"];

function member(userId: string, groupIds: string[] = []): Principal {
  return { userId, role: "user", status: "active", groupIds: new Set(groupIds), bypass: false };
}

/** The barred accounts own the model, are in every group and have the bypass: nothing of that may help them. */
const principals: Record<string, Principal | null> = {
  anonymous: null,
  pending: { ...member(owner, everyGroup), role: "pending", bypass: true },
  suspended: { ...member(owner, everyGroup), role: "admin", status: "suspended", bypass: true },
  stranger: { ...member("user-stranger", ["group-other"]), bypass: true },
  owner: member(owner),
  userRead: member("user-read"),
  userWrite: member("user-write"),
  groupRead: member("user-in-group-read", ["group-other", "group-read"]),
  groupWrite: member("user-in-group-write", ["group-other", "group-write"]),
  adminBypass: { ...member("user-admin"), role: "admin", bypass: true },
  admin: { ...member("user-admin"), role: "admin" },
};

const explicit: Record<string, ExplicitAccess> = {
  public: { kind: "public" },
  private: { kind: "private" },
  restricted: {
    kind: "restricted",
    read: { groupIds: ["group-read"], userIds: ["user-read"] },
    write: { groupIds: ["group-write"], userIds: ["user-write"] },
  },
};

/**
 * What is expected, by hand. `-` is `no_grant`, `user` and `group` are the grants; every other word is the reason.
 * Columns in the order of `principals`; a custom model has no connection whose default it could inherit.
 */
const expectations = `
subject  access                level anonymous pending suspended stranger owner  userRead userWrite groupRead groupWrite adminBypass   admin
custom   public                read  anonymous pending suspended public   owner  public   public    public    public     public        public
custom   public                write anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   private               read  anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   private               write anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   restricted            read  anonymous pending suspended -        owner  user     user      group     group      bypass        -
custom   restricted            write anonymous pending suspended -        owner  -        user      -         group      bypass        -
custom   inherit:public        read  anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   inherit:public        write anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   inherit:private       read  anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   inherit:private       write anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   inherit:restricted    read  anonymous pending suspended -        owner  -        -         -         -          bypass        -
custom   inherit:restricted    write anonymous pending suspended -        owner  -        -         -         -          bypass        -
override public                read  anonymous pending suspended public   public public   public    public    public     administrator administrator
override public                write anonymous pending suspended -        -      -        -         -         -          administrator administrator
override private               read  anonymous pending suspended -        -      -        -         -         -          administrator administrator
override private               write anonymous pending suspended -        -      -        -         -         -          administrator administrator
override restricted            read  anonymous pending suspended -        -      user     user      group     group      administrator administrator
override restricted            write anonymous pending suspended -        -      -        user      -         group      administrator administrator
override inherit:public        read  anonymous pending suspended public   public public   public    public    public     administrator administrator
override inherit:public        write anonymous pending suspended -        -      -        -         -         -          administrator administrator
override inherit:private       read  anonymous pending suspended -        -      -        -         -         -          administrator administrator
override inherit:private       write anonymous pending suspended -        -      -        -         -         -          administrator administrator
override inherit:restricted    read  anonymous pending suspended -        -      user     user      group     group      administrator administrator
override inherit:restricted    write anonymous pending suspended -        -      -        user      -         group      administrator administrator
base     public                read  anonymous pending suspended public   public public   public    public    public     administrator administrator
base     public                write anonymous pending suspended -        -      -        -         -         -          administrator administrator
base     private               read  anonymous pending suspended -        -      -        -         -         -          administrator administrator
base     private               write anonymous pending suspended -        -      -        -         -         -          administrator administrator
base     restricted            read  anonymous pending suspended -        -      user     user      group     group      administrator administrator
base     restricted            write anonymous pending suspended -        -      -        user      -         group      administrator administrator
base     inherit:public        read  anonymous pending suspended public   public public   public    public    public     administrator administrator
base     inherit:public        write anonymous pending suspended -        -      -        -         -         -          administrator administrator
base     inherit:private       read  anonymous pending suspended -        -      -        -         -         -          administrator administrator
base     inherit:private       write anonymous pending suspended -        -      -        -         -         -          administrator administrator
base     inherit:restricted    read  anonymous pending suspended -        -      user     user      group     group      administrator administrator
base     inherit:restricted    write anonymous pending suspended -        -      -        user      -         group      administrator administrator
`;

const words: Record<string, object> = {
  "-": { allowed: false, reason: "no_grant" },
  anonymous: { allowed: false, reason: "anonymous" },
  pending: { allowed: false, reason: "pending" },
  suspended: { allowed: false, reason: "suspended" },
  owner: { allowed: true, reason: "owner" },
  administrator: { allowed: true, reason: "administrator" },
  public: { allowed: true, reason: "public" },
  user: { allowed: true, reason: "user_grant" },
  bypass: { allowed: true, reason: "bypass" },
};

const [header = [], ...rows] = expectations
  .trim()
  .split("\n")
  .map((line) => line.split(/\s+/));
const columns = header.slice(3);

function toSubject(kind: string, accessName: string): AccessSubject {
  const [name = "", inheritedName] = accessName.split(":");
  const access: AccessControl = explicit[name] ?? { kind: "inherit" };
  if (kind === "custom") return { kind, ownerId: owner, access };
  const inherited = explicit[inheritedName ?? "private"];
  if ((kind !== "override" && kind !== "base") || inherited === undefined) throw new Error(`${kind} ${name}`);
  return { kind, access, inherited };
}

function toCustom(access: AccessControl, ownerId: string): AccessSubject {
  return { kind: "custom", ownerId, access };
}

function toExpected(word: string, column: string): object {
  const groupId = column === "groupRead" ? "group-read" : "group-write";
  return word === "group"
    ? { allowed: true, reason: "group_grant", groupId }
    : (words[word] ?? expect.unreachable(`no such word: ${word}`));
}

describe("the table of rights", () => {
  test("names every combination of subject, access, level and principal once", () => {
    const accesses = Object.keys(explicit).flatMap((name) => [name, `inherit:${name}`]);
    const combinations = ["custom", "override", "base"].flatMap((kind) =>
      accesses.flatMap((access) => accessLevels.map((level) => `${kind} ${access} ${level}`)),
    );

    expect(rows.map((row) => row.slice(0, 3).join(" ")).toSorted()).toEqual(combinations.toSorted());
    expect(columns).toEqual(Object.keys(principals));
    expect(rows.every((row) => row.length === header.length)).toBe(true);
  });

  test.each(rows)("decides %s, %s, %s", (...row) => {
    const [kind = "", access = "", levelName, ...expected] = row;
    const subject = toSubject(kind, access);
    const level: AccessLevel = levelName === "read" ? "read" : "write";

    const decisions = columns.map((column) => decideAccess(principals[column] ?? null, level, subject));

    expect(decisions).toEqual(columns.map((column, index) => toExpected(expected[index] ?? "", column)));
  });
});

describe("the reason", () => {
  const everything: ExplicitAccess = {
    kind: "restricted",
    read: { groupIds: ["group-read", "group-write"], userIds: [owner, "user-admin"] },
    write: { groupIds: [], userIds: [] },
  };
  const admin: Principal = { ...member("user-admin", everyGroup), role: "admin", bypass: true };

  test("is the bypass only when nothing else allows it", () => {
    const grantedByGroup = { ...everything, read: { ...everything.read, userIds: [] } };

    const reasons = [
      decideAccess(admin, "read", toCustom(everything, "user-admin")),
      decideAccess(admin, "read", toCustom({ kind: "public" }, owner)),
      decideAccess(admin, "read", toCustom(everything, owner)),
      decideAccess(admin, "read", toCustom(grantedByGroup, owner)),
      decideAccess(admin, "write", toCustom(everything, owner)),
    ].map((decision) => decision.reason);

    expect(reasons).toEqual(["owner", "public", "user_grant", "group_grant", "bypass"]);
  });

  test("is ownership before a grant, and a grant to the person before one to a group", () => {
    const subject: AccessSubject = { kind: "custom", ownerId: owner, access: everything };

    expect(decideAccess(member(owner, everyGroup), "read", subject).reason).toBe("owner");
    expect(decideAccess(admin, "read", subject).reason).toBe("user_grant");
  });

  test("is the role, not a grant, for an administrator on a base or override", () => {
    const subject: AccessSubject = { kind: "override", access: everything, inherited: { kind: "public" } };

    expect(decideAccess(admin, "read", subject)).toEqual({ allowed: true, reason: "administrator" });
  });

  const twoGroups = {
    read: { groupIds: ["group-other", "group-read", "group-last"], userIds: [] },
    write: { groupIds: ["group-write"], userIds: [] },
  };

  test("names the caller's first listed group, those with read before those with write", () => {
    const subject = toCustom({ kind: "restricted", ...twoGroups }, owner);
    const caller = member("user-x", ["group-write", "group-last", "group-read"]);

    expect(decideAccess(caller, "read", subject)).toEqual({
      allowed: true,
      reason: "group_grant",
      groupId: "group-read",
    });
  });
});

describe("the edges", () => {
  test("keeps a model without an owner from everyone but its grantees and the bypass", () => {
    const orphan: AccessSubject = { kind: "custom", ownerId: null, access: { kind: "private" } };

    const allowed = columns.filter(
      (column) => decideAccess(principals[column] ?? null, "read", orphan).allowed,
    );

    expect(allowed).toEqual(["adminBypass"]);
  });

  test("refuses a role, a status and a level that it does not know", () => {
    const subject: AccessSubject = { kind: "custom", ownerId: owner, access: { kind: "public" } };
    // A row of a newer version, as a process that has not been upgraded would read it.
    const unknown = (fields: object): Principal => Object.assign({ ...member(owner) }, fields);
    const unknownLevel: AccessLevel = JSON.parse('"call"');

    expect(decideAccess(unknown({ role: "guest" }), "read", subject).reason).toBe("pending");
    expect(decideAccess(unknown({ status: "locked" }), "read", subject).reason).toBe("suspended");
    expect(decideAccess(member("user-x"), unknownLevel, subject).allowed).toBe(false);
  });

  test("resolves inherit to the connection's default, and to private on a custom model", () => {
    const inherit: AccessControl = { kind: "inherit" };

    expect(toEffectiveAccess({ kind: "base", access: inherit, inherited: { kind: "public" } }).kind).toBe(
      "public",
    );
    expect(toEffectiveAccess({ kind: "custom", ownerId: owner, access: inherit }).kind).toBe("private");
    expect(
      toEffectiveAccess({ kind: "override", access: { kind: "private" }, inherited: { kind: "public" } })
        .kind,
    ).toBe("private");
  });
});
