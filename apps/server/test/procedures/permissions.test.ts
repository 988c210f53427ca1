import { permissions, type Permission } from "@corral/access-control";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { base, startAccessWorld, type AccessWorld } from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { addMember, type Person } from "../support/people.ts";

let world: AccessWorld;
let member: Person;
let count = 0;

beforeAll(async () => {
  world = await startAccessWorld("public");
  member = await addMember(world.server, world.ada, "Member");
});
afterAll(async () => world[Symbol.asyncDispose]());

const defaults: readonly Permission[] = [
  "models.create",
  "models.share",
  "models.import",
  "models.export",
  "keys.create",
];
const nobody = { groupIds: [], userIds: [] };
const fresh = (prefix: string) => `${prefix}-${(count += 1)}`;

/** What needs each permission, done by a member to things of their own. */
const needs: Readonly<Record<Permission, (on: { readonly own: string }) => Promise<unknown>>> = {
  "models.create": () => {
    const id = fresh("made");
    return member.trpc.models.create.mutate({ id, name: id, baseModelId: base });
  },
  "models.share": ({ own }) => shareOwn(own, { ...nobody, userIds: [world.eve.id] }),
  "models.share_public": async ({ own }) =>
    member.trpc.models.update.mutate({
      id: own,
      revision: await revisionOf(own),
      access: { kind: "public" },
    }),
  "models.import": () =>
    member.trpc.documents.applyChanges.mutate({
      text: JSON.stringify({ corral: 1, source: "mine", models: [] }),
    }),
  "models.export": () => member.trpc.documents.export.query({}),
  "keys.create": () => member.trpc.keys.create.mutate({ name: fresh("key") }),
  "connections.read": () => member.trpc.connections.list.query(),
  "users.read": () => member.trpc.users.list.query({}),
};

async function revisionOf(id: string): Promise<number> {
  return (await world.ada.trpc.models.get.query({ id })).revision ?? 0;
}

async function shareOwn(id: string, read: { groupIds: string[]; userIds: string[] }): Promise<unknown> {
  const access = { kind: "restricted" as const, read, write: nobody };
  return member.trpc.models.update.mutate({ id, revision: await revisionOf(id), access });
}

/** A private model of the member's, made while they may. */
async function makeOwn(): Promise<string> {
  const id = fresh("own");
  await member.trpc.models.create.mutate({ id, name: id, baseModelId: base });
  return id;
}

const without = (permission: Permission) =>
  permissions.filter((name) => name !== permission && defaults.includes(name));

describe("each permission", () => {
  test.each(permissions)(
    "%s: denied without it, by default or by a group allowed, at once",
    async (permission) => {
      const { ada } = world;
      const own = [await makeOwn(), await makeOwn(), await makeOwn()];
      const use = (at: number) => needs[permission]({ own: own[at] ?? "" });
      await ada.trpc.settings.update.mutate({ memberPermissions: without(permission) });
      const denied = await failureOf(use(0));

      const { id: groupId } = await ada.trpc.groups.create.mutate({
        name: fresh("Allowed"),
        memberIds: [member.id],
        permissions: [permission],
      });
      await use(0);
      const byGroup = await member.trpc.access.effective.query();
      await ada.trpc.groups.update.mutate({ id: groupId, permissions: [] });
      const inherited = await failureOf(use(1));

      await ada.trpc.settings.update.mutate({ memberPermissions: [...without(permission), permission] });
      await use(2);
      const byDefault = await member.trpc.access.effective.query();
      await ada.trpc.settings.update.mutate({ memberPermissions: [...defaults] });

      expect([denied, inherited]).toMatchObject([{ httpStatus: 403 }, { httpStatus: 403 }]);
      const stated = (access: typeof byGroup) =>
        access.permissions.find((one) => one.permission === permission);
      expect(stated(byGroup)).toMatchObject({
        allowed: true,
        sources: [{ kind: "group", group: { id: groupId } }],
      });
      expect(stated(byDefault)).toMatchObject({ allowed: true, sources: [{ kind: "default" }] });
    },
  );
});

describe("settings", () => {
  test("settings.get shows what decisions say, and settings.update keeps what it does not name", async () => {
    const { ada, bob } = world;

    const before = await ada.trpc.settings.get.query();
    const opened = await ada.trpc.settings.update.mutate({ signUpOpen: true });
    const closed = await ada.trpc.settings.update.mutate({ signUpOpen: false });

    expect(before).toStrictEqual({ adminBypass: true, memberPermissions: defaults, signUpOpen: false });
    expect(opened).toStrictEqual({ ...before, signUpOpen: true });
    expect(closed).toStrictEqual(before);
    const denied = [
      await failureOf(bob.trpc.settings.get.query()),
      await failureOf(bob.trpc.settings.update.mutate({ adminBypass: false })),
    ];
    expect(denied.map(({ httpStatus }) => httpStatus)).toStrictEqual([403, 403]);
    const invalid = await failureOf(
      // @ts-expect-error -- no such permission
      ada.trpc.settings.update.mutate({ memberPermissions: ["models.delete"] }),
    );
    expect(invalid.errorCode).toBe("invalid_input");
  });

  test("every change of a setting or of a group's permissions is in audit.list with author and target", async () => {
    const { ada } = world;
    await ada.trpc.settings.update.mutate({ signUpOpen: true });
    await ada.trpc.settings.update.mutate({ signUpOpen: false });
    const group = await ada.trpc.groups.create.mutate({ name: fresh("Audited") });
    await ada.trpc.groups.update.mutate({ id: group.id, permissions: ["users.read"] });

    const { entries: settings } = await ada.trpc.audit.list.query({ action: "settings.update", limit: 1 });
    const { entries: groups } = await ada.trpc.audit.list.query({
      targetUid: group.id,
      action: "groups.update",
    });

    expect(settings).toMatchObject([
      {
        actor: { id: world.ada.id },
        target: { kind: "settings", uid: "sign_up_open" },
        after: { value: false },
      },
    ]);
    expect(groups).toMatchObject([
      { actor: { id: world.ada.id }, target: { kind: "group" }, after: { permissions: ["users.read"] } },
    ]);
  });
});

describe("access.effective", () => {
  test("is for oneself, and for administrators of anybody", async () => {
    const { ada, bob, eve } = world;
    const { id } = await ada.trpc.groups.create.mutate({ name: fresh("Team"), memberIds: [bob.id] });

    const own = await bob.trpc.access.effective.query();
    const seen = await ada.trpc.access.effective.query({ userId: bob.id });
    const administrator = await ada.trpc.access.effective.query();
    const denied = await failureOf(bob.trpc.access.effective.query({ userId: eve.id }));
    const unknown = await failureOf(ada.trpc.access.effective.query({ userId: crypto.randomUUID() }));
    const invalid = await failureOf(ada.trpc.access.effective.query({ userId: "bob" }));

    expect(own).toStrictEqual(seen);
    expect(own).toMatchObject({ user: { id: bob.id }, role: "user", bypass: false, groups: [{ id }] });
    const allowed = own.permissions.filter((one) => one.allowed).map(({ permission }) => permission);
    expect(allowed).toStrictEqual(defaults);
    expect(administrator).toMatchObject({ role: "admin", bypass: true });
    expect(administrator.permissions.every((one) => one.allowed)).toBe(true);
    expect([denied.errorCode, unknown.errorCode, invalid.errorCode]).toStrictEqual([
      "access_denied",
      "user_not_found",
      "invalid_input",
    ]);
  });

  test("says of a suspended account what it would have, and that it has none of it", async () => {
    const { ada } = world;
    const person = await addMember(world.server, ada, "Suspended");
    await ada.trpc.users.update.mutate({ id: person.id, status: "suspended" });

    const access = await ada.trpc.access.effective.query({ userId: person.id });

    expect(access.permissions.some((one) => one.allowed)).toBe(false);
    expect(access.permissions[0]).toMatchObject({
      permission: "models.create",
      sources: [{ kind: "default" }],
    });
  });
});
