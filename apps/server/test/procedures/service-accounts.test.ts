import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  base,
  listV1,
  readableBy,
  startAccessWorld,
  tryChat,
  type AccessWorld,
} from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { clientFor, password, type Person } from "../support/people.ts";
import { query } from "../support/query.ts";

let world: AccessWorld;
let ada: Person;
let bob: Person;
let count = 0;

beforeAll(async () => {
  world = await startAccessWorld();
  ({ ada, bob } = world);
});
afterAll(async () => world[Symbol.asyncDispose]());

const codes = (failures: readonly { errorCode: string }[]) => failures.map(({ errorCode }) => errorCode);

/** A model that only the named accounts may read. */
async function modelFor(...userIds: string[]): Promise<string> {
  const id = `for-programs-${(count += 1)}`;
  await ada.trpc.models.create.mutate({ id, name: id, baseModelId: base, access: readableBy({ userIds }) });
  return id;
}

async function aProgram(role: "user" | "admin" = "user") {
  return ada.trpc.users.createService.mutate({ name: `Program ${(count += 1)}`, role });
}

describe("a service account", () => {
  test("calls what it may read by a key that an administrator made", async () => {
    const program = await aProgram();
    const model = await modelFor(program.id);
    const hidden = await modelFor(bob.id);

    const { key, apiKey } = await ada.trpc.keys.create.mutate({ name: "nightly", ownerId: program.id });

    expect(program).toMatchObject({ kind: "service", role: "user", status: "active" });
    expect(apiKey).toMatchObject({ scopes: ["gateway:invoke", "models:read"], lastUsedAt: null });
    expect(await listV1(world.server, key)).toStrictEqual([model]);
    expect(await tryChat(world.server, key, model)).toMatchObject({ status: 200 });
    expect(await tryChat(world.server, key, hidden)).toMatchObject({ status: 404 });
    const own = await clientFor(world.server.url, key).auth.session.query();
    expect(own).toMatchObject({ user: { id: program.id, name: program.name }, credential: "key" });
    const { keys } = await ada.trpc.keys.list.query({ ownerId: program.id });
    expect(keys.map(({ name }) => name)).toStrictEqual(["nightly"]);
  });

  test("cannot sign in: it has neither password nor session, whatever is written for it", async () => {
    const program = await aProgram();

    const attempts = [
      await failureOf(clientFor(world.server.url).auth.signIn.mutate({ email: program.email, password })),
      await failureOf(ada.trpc.users.resetPassword.mutate({ id: program.id })),
    ];

    expect(codes(attempts)).toStrictEqual(["unauthenticated", "user_not_found"]);
    expect(await query(world.server, "select from accounts where user_id = $1", [program.id])).toStrictEqual(
      [],
    );
  });

  test("its keys are changed, rolled and ended by administrators, and all of it is in audit.list", async () => {
    const program = await aProgram();
    const ownerId = program.id;
    const { key, apiKey } = await ada.trpc.keys.create.mutate({ name: "deploy", ownerId });

    const changed = await ada.trpc.keys.update.mutate({ id: apiKey.id, ownerId, scopes: ["models:read"] });
    const cannotCall = await tryChat(world.server, key, await modelFor(program.id));
    const rolled = await ada.trpc.keys.roll.mutate({ id: apiKey.id, ownerId });
    const oldKey = await listV1(world.server, key);
    await ada.trpc.keys.delete.mutate({ id: rolled.apiKey.id, ownerId });

    expect(changed.scopes).toStrictEqual(["models:read"]);
    expect(cannotCall.status).toBe(403);
    expect([oldKey, await listV1(world.server, rolled.key)]).toStrictEqual([401, 401]);
    const { entries } = await ada.trpc.audit.list.query({ targetKind: "key", actor: ada.id });
    const lines = entries.filter(({ before, after }) => (after ?? before)?.["user_id"] === ownerId);
    expect(new Set(lines.map(({ action }) => action))).toStrictEqual(
      new Set(["keys.create", "keys.update", "keys.roll", "keys.delete"]),
    );
    const { entries: made } = await ada.trpc.audit.list.query({ targetUid: ownerId });
    expect(made).toMatchObject([{ action: "users.createService", actor: { id: ada.id } }]);
  });

  test("its key dies with its suspension, and lives again with it", async () => {
    const program = await aProgram();
    const { key } = await ada.trpc.keys.create.mutate({ name: "paused", ownerId: program.id });

    await ada.trpc.users.update.mutate({ id: program.id, status: "suspended" });
    const suspended = await listV1(world.server, key);
    await ada.trpc.users.update.mutate({ id: program.id, status: "active" });

    expect(suspended).toBe(401);
    expect(await listV1(world.server, key)).toStrictEqual([]);
  });

  test("that administers does not count as the last administrator, and never waits for approval", async () => {
    const program = await aProgram("admin");

    const last = await failureOf(ada.trpc.users.update.mutate({ id: ada.id, role: "user" }));
    const pending = await failureOf(ada.trpc.users.update.mutate({ id: program.id, role: "pending" }));

    expect(codes([last, pending])).toStrictEqual(["last_admin", "invalid_input"]);
    await ada.trpc.users.delete.mutate({ id: program.id });
  });

  test("is found among users.list by its kind", async () => {
    const program = await aProgram();

    const services = await ada.trpc.users.list.query({ kind: "service", limit: 100 });
    const people = await ada.trpc.users.list.query({ kind: "person", limit: 100 });

    expect(services.users.map(({ id }) => id)).toContain(program.id);
    expect(services.users.every(({ kind }) => kind === "service")).toBe(true);
    expect(people.users.map(({ id }) => id)).not.toContain(program.id);
  });

  test("users.createService is for administrators, and wants a name", async () => {
    const denied = await failureOf(bob.trpc.users.createService.mutate({ name: "Mine" }));
    const invalid = await failureOf(ada.trpc.users.createService.mutate({ name: " " }));

    expect(codes([denied, invalid])).toStrictEqual(["access_denied", "invalid_input"]);
  });
});

describe("whose keys somebody manages", () => {
  test("members their own alone; administrators those of programs, and the end of anybody's", async () => {
    const program = await aProgram();
    const { apiKey, key } = await bob.trpc.keys.create.mutate({ name: "bobs" });
    const ownerId = bob.id;

    const byMember = [
      await failureOf(bob.trpc.keys.list.query({ ownerId: program.id })),
      await failureOf(bob.trpc.keys.create.mutate({ name: "x", ownerId: program.id })),
      await failureOf(bob.trpc.keys.delete.mutate({ id: apiKey.id, ownerId: ada.id })),
    ];
    const byAdministrator = [
      await failureOf(ada.trpc.keys.create.mutate({ name: "for bob", ownerId })),
      await failureOf(ada.trpc.keys.update.mutate({ id: apiKey.id, ownerId, scopes: ["models:write"] })),
      await failureOf(ada.trpc.keys.roll.mutate({ id: apiKey.id, ownerId })),
    ];
    const unknown = await failureOf(ada.trpc.keys.list.query({ ownerId: crypto.randomUUID() }));
    const { keys } = await ada.trpc.keys.list.query({ ownerId });
    await ada.trpc.keys.delete.mutate({ id: apiKey.id, ownerId });

    expect(codes([...byMember, ...byAdministrator])).toStrictEqual(Array(6).fill("access_denied"));
    expect(unknown.errorCode).toBe("user_not_found");
    expect(keys.map(({ id }) => id)).toContain(apiKey.id);
    expect(await listV1(world.server, key)).toBe(401);
  });

  test("KEY-3: a key has no scope beyond its owner's rights, whoever makes it", async () => {
    const program = await aProgram();
    const ownerId = program.id;

    const failures = [
      await failureOf(bob.trpc.keys.create.mutate({ name: "too wide", scopes: ["admin"] })),
      await failureOf(bob.trpc.keys.create.mutate({ name: "too wide", scopes: ["connections:read"] })),
      await failureOf(ada.trpc.keys.create.mutate({ name: "too wide", scopes: ["admin"], ownerId })),
      await failureOf(
        ada.trpc.keys.create.mutate({ name: "too wide", scopes: ["connections:read"], ownerId }),
      ),
    ];
    const { apiKey } = await ada.trpc.keys.create.mutate({ name: "narrow", ownerId });
    const widened = await failureOf(
      ada.trpc.keys.update.mutate({ id: apiKey.id, ownerId, scopes: ["models:read", "admin"] }),
    );
    const foreign = await failureOf(
      ada.trpc.keys.create.mutate({ name: "names", ownerId, models: { ids: [await modelFor(bob.id)] } }),
    );

    expect(codes([...failures, widened])).toStrictEqual(Array(5).fill("access_denied"));
    expect(foreign.errorCode).toBe("model_not_found");
  });

  test("KEY-3: what a key may do is its owner's rights and its scopes at each use", async () => {
    const program = await aProgram("admin");
    const { key } = await ada.trpc.keys.create.mutate({
      name: "administers",
      scopes: ["admin", "models:read"],
      ownerId: program.id,
    });
    const byKey = clientFor(world.server.url, key);
    const before = await byKey.groups.create.mutate({ name: `By a key ${(count += 1)}` });

    await ada.trpc.users.update.mutate({ id: program.id, role: "user" });
    const after = await failureOf(byKey.groups.create.mutate({ name: "Not any more" }));

    expect(before.id).toMatch(/^[0-9a-f-]{36}$/u);
    expect(after.errorCode).toBe("access_denied");
  });

  test("KEY-3: nobody, by session or key, makes or widens a key by a key", async () => {
    const { key } = await ada.trpc.keys.replaceDefault.mutate();
    const byKey = clientFor(world.server.url, key);

    const failures = [
      await failureOf(byKey.keys.create.mutate({ name: "child" })),
      await failureOf(byKey.keys.replaceDefault.mutate()),
      await failureOf(byKey.keys.update.mutate({ id: crypto.randomUUID(), scopes: ["admin"] })),
      await failureOf(byKey.users.createService.mutate({ name: "Child" })),
      await failureOf(byKey.invitations.create.mutate({ email: "child@example.com", role: "admin" })),
      await failureOf(byKey.users.update.mutate({ id: bob.id, role: "admin" })),
    ];

    expect(codes(failures)).toStrictEqual(Array(6).fill("access_denied"));
  });
});
