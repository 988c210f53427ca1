import { afterAll, beforeAll, expect, test } from "vitest";
import { base, readableBy, startAccessWorld, tryChat, type AccessWorld } from "../support/access-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { clientFor } from "../support/people.ts";

let world: AccessWorld;
let groupId: string;
beforeAll(async () => {
  world = await startAccessWorld();
  const { ada, bob } = world;
  ({ id: groupId } = await ada.trpc.groups.create.mutate({
    name: "Law",
    description: "",
    memberIds: [bob.id],
  }));
  const access = readableBy({ groupIds: [groupId] });
  await ada.trpc.models.create.mutate({ id: "lawyer", name: "Lawyer", baseModelId: base, access });
});
afterAll(async () => world[Symbol.asyncDispose]());

test("access.explain says how somebody comes to a model, and what a call would be refused with", async () => {
  const { ada, bob, eve, server } = world;

  const own = await bob.trpc.access.explain.query({ id: "lawyer" });
  const ofEve = await ada.trpc.access.explain.query({ id: "lawyer", userId: eve.id });
  await ada.trpc.models.toggle.mutate({ id: "lawyer", isActive: false });
  const inactive = await ada.trpc.access.explain.query({ id: "lawyer", userId: bob.id });
  const call = await tryChat(server, bob.token, "lawyer");
  await ada.trpc.models.toggle.mutate({ id: "lawyer", isActive: true });

  expect(own).toMatchObject({
    id: "lawyer",
    user: { id: bob.id, name: "Bob" },
    read: { allowed: true, reason: "group_grant", group: { id: groupId, name: "Law" } },
    write: { allowed: false, reason: "no_grant", group: null },
    listing: "listed",
    refusal: null,
    // what it is built on stays unnamed for those who may not read it
    chain: [
      { id: "lawyer", kind: "custom" },
      { id: null, kind: "base" },
    ],
    failure: null,
  });
  expect(ofEve).toMatchObject({
    read: { allowed: false, reason: "no_grant" },
    listing: "not_readable",
    refusal: { code: "model_not_found" },
  });
  // listed to nobody but writers, and the reason is the one that the refusal bears
  expect(inactive).toMatchObject({ read: { allowed: true }, listing: "inactive" });
  expect(call).toStrictEqual({ status: expect.any(Number), code: inactive.refusal?.code });
});

test("access.explain is about oneself for those who may only use a model, and about nothing that one may not read", async () => {
  const { ada, bob, eve, server } = world;
  const nobody = "00000000-0000-4000-8000-000000000000";
  const codeOf = async (call: Promise<unknown>) => (await failureOf(call)).errorCode;

  expect([
    await codeOf(eve.trpc.access.explain.query({ id: "lawyer" })),
    await codeOf(eve.trpc.access.explain.query({ id: "nowhere" })),
    await codeOf(bob.trpc.access.explain.query({ id: "lawyer", userId: ada.id })),
    await codeOf(bob.trpc.access.explain.query({ id: "lawyer", userId: nobody })),
    await codeOf(ada.trpc.access.explain.query({ id: "lawyer", userId: nobody })),
    await codeOf(ada.trpc.access.explain.query({ id: "lawyer", userId: "bob" })),
    await codeOf(clientFor(server.url).access.explain.query({ id: "lawyer" })),
  ]).toStrictEqual([
    "model_not_found",
    "model_not_found",
    "access_denied",
    "access_denied",
    "user_not_found",
    "invalid_input",
    "unauthenticated",
  ]);
});

test("access.explain asked with a key answers for that key", async () => {
  const { bob, server } = world;
  const { key } = await bob.trpc.keys.create.mutate({ name: "reader", scopes: ["models:read"] });

  const byKey = await clientFor(server.url, key).access.explain.query({ id: "lawyer" });

  expect(byKey).toMatchObject({ listing: "listed", refusal: { code: "access_denied" } });
  expect(byKey.refusal?.message).toMatch(/gateway:invoke/u);
});
