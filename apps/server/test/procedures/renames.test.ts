import { connect } from "@corral/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failureOf } from "../support/failure-of.ts";
import { startNamesWorld, type Connected, type NamesWorld } from "../support/names-world.ts";

let world: NamesWorld;
let lab: Connected;
const digest = "a".repeat(64);
beforeEach(async () => {
  world = await startNamesWorld();
  lab = await world.connectOllama("Lab", { models: [{ name: "old:1b", digest }, "other:1b"] });
});
afterEach(() => world[Symbol.asyncDispose]());

async function renameUpstream(to: { name: string; digest?: string } | string) {
  await world.lose(lab, "old:1b");
  lab.ollama.addModel(to);
  await world.refresh(lab);
}

test("models.renames suggests a model with the same weights, and says what would move", async () => {
  const { ada, bob } = world;
  await ada.trpc.models.update.mutate({ id: "old:1b", name: "Old" });
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "old:1b" });
  await ada.trpc.aliases.create.mutate({ id: "alias", targets: [{ id: "old:1b" }] });
  const before = await ada.trpc.models.renames.query();
  await renameUpstream({ name: "new:1b", digest });
  lab.ollama.addModel("unrelated:1b");
  await world.refresh(lab);

  const { suggestions } = await ada.trpc.models.renames.query();
  const ids = (await ada.trpc.models.list.query({})).rows.map(({ id }) => id);

  expect(before.suggestions).toStrictEqual([]);
  expect(suggestions).toMatchObject([
    {
      from: { id: "old:1b" },
      to: { id: "new:1b" },
      connection: { name: "Lab" },
      reason: "same_digest",
      moves: { settings: true, models: 1, aliases: 1 },
      clash: false,
    },
  ]);
  // nothing happens by itself
  expect(ids).toContain("old:1b");
});

test("or the only one that came when only one went; of two that came it guesses none", async () => {
  const { ada } = world;
  await renameUpstream("new:1b");
  const one = await ada.trpc.models.renames.query();
  lab.ollama.addModel("newer:1b");
  await world.refresh(lab);

  const two = await ada.trpc.models.renames.query();

  expect(one.suggestions).toMatchObject([{ to: { id: "new:1b" }, reason: "only_candidate" }]);
  expect(two.suggestions).toStrictEqual([]);
});

test("models.rename moves settings, custom models and aliases, and leaves the old name as an alias", async () => {
  const { ada, bob } = world;
  const old = await ada.trpc.models.update.mutate({
    id: "old:1b",
    name: "The assistant",
    params: { temperature: 0.1 },
    meta: { tags: ["house"] },
  });
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "old:1b" });
  await ada.trpc.aliases.create.mutate({
    id: "both",
    targets: [
      { id: "old:1b", weight: 2 },
      { id: "other:1b", weight: 0 },
    ],
  });
  await renameUpstream({ name: "new:1b", digest });

  const renamed = await ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" });
  const again = await failureOf(ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" }));

  expect(renamed).toMatchObject({ id: "new:1b", name: "The assistant", tags: ["house"], status: "ready" });
  expect(renamed.uid).not.toBe(old.uid);
  expect(renamed.definition?.params).toStrictEqual({ temperature: 0.1 });
  expect(await bob.trpc.models.get.query({ id: "bobs" })).toMatchObject({
    baseModelId: "new:1b",
    status: "ready",
  });
  expect(await Promise.all(["old:1b", "new:1b", "bobs", "both"].map(world.ask))).toEqual(
    Array.from({ length: 4 }, () => "Lab new:1b"),
  );
  expect((await ada.trpc.aliases.get.query({ id: "both" })).definition).toMatchObject({
    revision: 2,
    targets: [{ id: "new:1b", weight: 2 }, { id: "other:1b" }],
  });
  expect((await ada.trpc.models.list.query({ kind: "base" })).rows.map(({ id }) => id)).toStrictEqual([
    "other:1b",
    "new:1b",
  ]);
  expect((await ada.trpc.models.renames.query()).suggestions).toStrictEqual([]);
  expect(again.errorCode).toBe("model_not_found");
});

test("an alias that stands for both gives the new one the weight of both", async () => {
  const { ada } = world;
  lab.ollama.addModel("new:1b");
  await world.refresh(lab);
  await ada.trpc.aliases.create.mutate({
    id: "both",
    targets: [
      { id: "old:1b", weight: 2 },
      { id: "new:1b", weight: 3 },
    ],
  });
  await world.lose(lab, "old:1b");

  await ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" });

  expect((await ada.trpc.aliases.get.query({ id: "both" })).definition?.targets).toMatchObject([
    { id: "new:1b", weight: 5 },
  ]);
});

test("an old name that comes back upstream stays with the alias, until an administrator moves it", async () => {
  const { ada } = world;
  await renameUpstream({ name: "new:1b", digest });
  await ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" });
  lab.ollama.addModel("old:1b");
  await world.refresh(lab);

  const answer = await world.ask("old:1b");
  const { rows } = await ada.trpc.names.list.query({ state: ["shadowed"] });
  const [shadowed] = rows;
  await ada.trpc.names.move.mutate({
    name: "old:1b",
    from: shadowed?.owner?.uid ?? "",
    to: shadowed?.model.uid ?? "",
  });

  expect(answer).toBe("Lab new:1b");
  expect(shadowed).toMatchObject({ model: { id: "lab/old:1b" }, owner: { kind: "alias", id: "old:1b" } });
  expect(await world.ask("old:1b")).toBe("Lab old:1b");
  expect((await ada.trpc.aliases.list.query()).aliases).toStrictEqual([]);
});

test("where both have settings, the administrator says whose are kept", async () => {
  const { ada } = world;
  await ada.trpc.models.update.mutate({ id: "old:1b", name: "From the old" });
  await renameUpstream({ name: "new:1b", digest });
  await ada.trpc.models.update.mutate({ id: "new:1b", name: "From the new" });

  const { suggestions } = await ada.trpc.models.renames.query();
  const undecided = await failureOf(ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" }));
  const kept = await ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b", settings: "old" });

  expect(suggestions).toMatchObject([{ clash: true }]);
  expect(undecided).toMatchObject({ errorCode: "settings_clash", httpStatus: 409 });
  expect(kept).toMatchObject({ id: "new:1b", name: "From the old" });
});

test("the whole move is one transaction in the log, under the administrator's name", async () => {
  const { ada, bob } = world;
  await ada.trpc.models.update.mutate({ id: "old:1b", name: "Old" });
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "old:1b" });
  await renameUpstream({ name: "new:1b", digest });
  await ada.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" });
  await using database = await connect(world.server.databaseUrl);

  const { rows } = await database.query(
    "select count(distinct n)::int as transactions, min(actor_id) as actor, " +
      "array_agg(distinct target_kind order by target_kind) as kinds from changes where action = 'models.rename'",
  );

  expect(rows).toStrictEqual([{ transactions: 1, actor: ada.id, kinds: ["alias", "base", "record"] }]);
});

test("models.rename and models.renames are for administrators, and for models that are gone", async () => {
  const { ada, bob } = world;
  await bob.trpc.models.create.mutate({ id: "bobs", name: "Bob's", baseModelId: "other:1b" });
  const rename = (from: string, to: string) => failureOf(ada.trpc.models.rename.mutate({ from, to }));

  const served = await rename("old:1b", "other:1b");
  await renameUpstream({ name: "new:1b", digest });
  const failures = [
    served,
    await rename("old:1b", "bobs"),
    await rename("old:1b", "old:1b"),
    await rename("old:1b", "nowhere"),
    await rename("", "new:1b"),
    await failureOf(bob.trpc.models.renames.query()),
    await failureOf(bob.trpc.models.rename.mutate({ from: "old:1b", to: "new:1b" })),
  ];

  expect(failures.map(({ errorCode }) => errorCode)).toStrictEqual([
    "name_in_use",
    "invalid_input",
    "invalid_input",
    "model_not_found",
    "invalid_input",
    "access_denied",
    "access_denied",
  ]);
});
