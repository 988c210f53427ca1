import { connect } from "@corral/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { startNamesWorld, type Connected, type NamesWorld } from "../support/names-world.ts";

let world: NamesWorld;
let lab: Connected;
beforeEach(async () => {
  world = await startNamesWorld();
  lab = await world.connectOllama("Lab", { models: ["a:1", "b:1", "c:1"] });
});
afterEach(() => world[Symbol.asyncDispose]());

const ids = (shown: readonly { id: string }[]) => shown.map(({ id }) => id);

test("models.updatePresentation sets a default, pins and an order, and models.presentation and the rows bear them", async () => {
  const { ada, bob } = world;
  await ada.trpc.aliases.create.mutate({ id: "house", targets: [{ id: "b:1" }] });
  const before = await bob.trpc.models.presentation.query();

  const set = await ada.trpc.models.updatePresentation.mutate({
    revision: 0,
    default: "a:1",
    pinned: ["c:1", "house", "C:1"],
    order: ["b:1", "a:1"],
  });
  const bobs = await bob.trpc.models.presentation.query();
  const { rows } = await bob.trpc.models.list.query({});

  expect(before).toStrictEqual({ revision: null, default: null, pinned: [], order: [] });
  expect(set).toMatchObject({ revision: 1, default: { id: "a:1" } });
  expect([ids(set.pinned), ids(set.order)]).toStrictEqual([
    ["c:1", "house"],
    ["b:1", "a:1"],
  ]);
  expect(bobs).toStrictEqual({ ...set, revision: null });
  expect(rows.map(({ id, place }) => [id, place])).toStrictEqual([
    ["a:1", { isDefault: true, pinned: false, order: 1 }],
    ["b:1", { isDefault: false, pinned: false, order: 0 }],
    ["c:1", { isDefault: false, pinned: true, order: null }],
  ]);
  expect((await bob.trpc.models.get.query({ id: "a:1" })).place).toMatchObject({ isDefault: true });
});

test("a default that the caller may not call is none, and what they may not see is left out", async () => {
  const { ada, bob } = world;
  await ada.trpc.models.update.mutate({ id: "a:1", access: { kind: "private" } });
  await ada.trpc.models.update.mutate({ id: "b:1", isActive: false });
  await ada.trpc.models.update.mutate({ id: "c:1", meta: { hidden: true } });
  await ada.trpc.models.updatePresentation.mutate({
    revision: 0,
    default: "b:1",
    pinned: ["a:1", "b:1", "c:1"],
    order: ["a:1"],
  });

  const adas = await ada.trpc.models.presentation.query();
  const bobs = await bob.trpc.models.presentation.query();

  expect(bobs).toStrictEqual({ revision: null, default: null, pinned: [], order: [] });
  expect(adas).toMatchObject({ revision: 1, default: null });
  expect(ids(adas.pinned)).toStrictEqual(["a:1", "b:1", "c:1"]);
  expect((await ada.trpc.models.get.query({ id: "b:1" })).place).toMatchObject({ isDefault: false });
});

test("it follows a model to its new name, and drops one that is deleted", async () => {
  const { ada, bob } = world;
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "a:1" });
  await ada.trpc.models.updatePresentation.mutate({
    revision: 0,
    default: "bobs",
    pinned: ["bobs", "a:1", "b:1"],
  });
  await ada.trpc.models.delete.mutate({ id: "bobs" });
  await world.lose(lab, "a:1");
  await ada.trpc.models.rename.mutate({ from: "a:1", to: "b:1" });
  await ada.trpc.connections.update.mutate({ uid: lab.uid, revision: 1, prefix: "lab" });

  const shown = await bob.trpc.models.presentation.query();
  await ada.trpc.models.updatePresentation.mutate({ revision: 1, order: [] });
  await using database = await connect(world.server.databaseUrl);
  const { rows } = await database.query<{ value: { pinnedUids: string[] } }>(
    "select value from settings where key = 'models.presentation'",
  );

  expect(shown.default).toBeNull();
  expect(ids(shown.pinned)).toStrictEqual(["lab.b:1"]);
  expect(rows[0]?.value.pinnedUids).toStrictEqual(shown.pinned.map(({ uid }) => uid));
});

test("models.updatePresentation is for administrators, and refuses what is stale or not there", async () => {
  const { ada, bob } = world;
  const set = (input: object) => ada.trpc.models.updatePresentation.mutate({ revision: 0, ...input });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, async (_, at) => set({ pinned: at % 2 === 0 ? ["a:1"] : ["b:1"] })),
  );

  const failures = [
    await failureOf(bob.trpc.models.updatePresentation.mutate({ revision: 1, default: null })),
    await failureOf(set({ default: null })),
    await failureOf(set({ revision: 7, default: null })),
    await failureOf(set({ revision: 1, default: "nothing" })),
    await failureOf(set({ revision: 1, pinned: ["a:1", "nothing"] })),
    await failureOf(set({ revision: 1, pinned: "a:1" })),
    await failureOf(set({ revision: -1 })),
  ];

  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(failures.map(({ errorCode, issues }) => [errorCode, ...issues])).toStrictEqual([
    ["access_denied"],
    ["revision_conflict"],
    ["revision_conflict"],
    ["model_not_found", "default"],
    ["model_not_found", "pinned"],
    ["invalid_input", "pinned"],
    ["invalid_input", "revision"],
  ]);
});
