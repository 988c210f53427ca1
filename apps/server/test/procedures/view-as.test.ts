import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { base, readableBy, startAccessWorld, type AccessWorld } from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { addMember, clientFor, type Person } from "../support/people.ts";

let world: AccessWorld;
let ada: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  world = await startAccessWorld("public");
  ({ ada, bob, eve } = world);
  await bob.trpc.models.create.mutate({
    id: "bobs-own",
    name: "Bob's own",
    baseModelId: base,
    params: { system: "A prompt of Bob's" },
  });
  await ada.trpc.models.create.mutate({
    id: "for-bob",
    name: "For Bob",
    baseModelId: base,
    access: readableBy({ userIds: [bob.id] }),
  });
  await ada.trpc.models.create.mutate({ id: "adas-own", name: "Ada's own", baseModelId: base });
});
afterAll(async () => world[Symbol.asyncDispose]());

const codes = (failures: readonly { errorCode: string }[]) => failures.map(({ errorCode }) => errorCode);

describe("access.viewModels", () => {
  test("shows the list exactly as somebody else sees it", async () => {
    const own = await bob.trpc.models.list.query({ sort: "name" });

    const seen = await ada.trpc.access.viewModels.query({ userId: bob.id, sort: "name" });
    const mine = await ada.trpc.access.viewModels.query({ userId: bob.id, view: "created" });

    expect(seen.rows).toStrictEqual(own.rows);
    expect(seen.rows.map(({ id }) => id)).not.toContain("adas-own");
    expect(mine.rows.map(({ id }) => id)).toStrictEqual(["bobs-own"]);
  });

  test("shows nothing of what somebody suspended would see", async () => {
    const sue = await addMember(world.server, ada, "Sue");
    await ada.trpc.users.update.mutate({ id: sue.id, status: "suspended" });

    const seen = await ada.trpc.access.viewModels.query({ userId: sue.id });

    expect(seen.rows).toStrictEqual([]);
  });
});

describe("access.viewModel", () => {
  test("shows one model as somebody else sees it, and what they do not see as unknown", async () => {
    const own = await bob.trpc.models.get.query({ id: "for-bob" });

    const seen = await ada.trpc.access.viewModel.query({ userId: bob.id, id: "for-bob" });
    const hidden = await failureOf(ada.trpc.access.viewModel.query({ userId: bob.id, id: "adas-own" }));
    const missing = await failureOf(ada.trpc.access.viewModel.query({ userId: bob.id, id: "no-such" }));

    expect(seen).toStrictEqual(own);
    expect(seen.definition).toBeNull();
    expect(hidden).toStrictEqual({
      ...missing,
      message: missing.message.replaceAll("no-such", "adas-own"),
    });
  });

  test("is no way around the bypass that is off: prompts stay with who may write the model", async () => {
    const withBypass = await ada.trpc.access.viewModel.query({ userId: bob.id, id: "bobs-own" });
    await ada.trpc.settings.update.mutate({ adminBypass: false });
    const without = await ada.trpc.access.viewModel.query({ userId: bob.id, id: "bobs-own" });
    await ada.trpc.settings.update.mutate({ adminBypass: true });

    expect(withBypass.definition?.params).toMatchObject({ system: "A prompt of Bob's" });
    expect(without).toMatchObject({ id: "bobs-own", definition: null, resolved: { params: null } });
    expect(JSON.stringify(without)).not.toContain("A prompt of Bob's");
  });
});

test("every look is in audit.list, with who looked through whose eyes", async () => {
  await ada.trpc.access.viewModels.query({ userId: eve.id });
  await ada.trpc.access.viewModel.query({ userId: eve.id, id: base });

  const { entries } = await ada.trpc.audit.list.query({ targetUid: eve.id, action: "access.*" });

  expect(entries).toMatchObject([
    { action: "access.viewModel", actor: { id: ada.id }, actingAs: eve.id, after: { model: base } },
    { action: "access.viewModels", actor: { id: ada.id }, actingAs: eve.id, target: { kind: "user" } },
  ]);
});

test("is for administrators with a session, and of people who exist", async () => {
  const { key } = await ada.trpc.keys.replaceDefault.mutate();
  const byKey = clientFor(world.server.url, key);
  const userId = bob.id;

  const denied = [
    await failureOf(eve.trpc.access.viewModels.query({ userId })),
    await failureOf(eve.trpc.access.viewModel.query({ userId, id: "for-bob" })),
    await failureOf(byKey.access.viewModels.query({ userId })),
    await failureOf(byKey.access.viewModel.query({ userId, id: "for-bob" })),
  ];
  const unknown = [
    await failureOf(ada.trpc.access.viewModels.query({ userId: crypto.randomUUID() })),
    await failureOf(ada.trpc.access.viewModel.query({ userId: crypto.randomUUID(), id: base })),
  ];
  const invalid = [
    await failureOf(ada.trpc.access.viewModels.query({ userId: "bob" })),
    await failureOf(ada.trpc.access.viewModel.query({ userId, id: "" })),
  ];

  expect(codes(denied)).toStrictEqual(Array(4).fill("access_denied"));
  expect(codes(unknown)).toStrictEqual(Array(2).fill("user_not_found"));
  expect(codes(invalid)).toStrictEqual(Array(2).fill("invalid_input"));
});
