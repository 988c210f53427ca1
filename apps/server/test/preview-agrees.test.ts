import type { ModelDetail } from "@corral/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "./support/failure-of.ts";
import type { Person } from "./support/people.ts";
import { sharedWith, startRecordsWorld, type RecordsWorld } from "./support/records-world.ts";

let world: RecordsWorld;
beforeAll(async () => {
  world = await startRecordsWorld();
});
afterAll(async () => world[Symbol.asyncDispose]());

const ids = ["m0", "m1", "m2", "m3", "m4", "m5"] as const;
const bases = ["qwen3:8b", "llama3.2:latest", "gpt-4o"] as const;
const all = [...bases, ...ids];

/** Draws from a seed, so that a failure can be made again. */
function createDice(seed: number) {
  let state = seed;
  const below = (count: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % count;
  };
  const pick = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  };
  return { below, pick, some: <T>(values: readonly T[]) => values.filter(() => below(2) === 0) };
}
type Dice = ReturnType<typeof createDice>;

type Update = Parameters<Person["trpc"]["models"]["update"]["mutate"]>[0];

function someAccess(dice: Dice, people: readonly Person[]): NonNullable<Update["access"]> {
  const who = () => dice.some(people.map(({ id }) => id));
  const kinds = [{ kind: "private" }, sharedWith({ read: who() }), sharedWith({ write: who() })] as const;
  return dice.pick<NonNullable<Update["access"]>>(kinds);
}

function someUpdate(dice: Dice, people: readonly Person[]): Omit<Update, "id"> {
  const kinds: readonly (() => Omit<Update, "id">)[] = [
    () => ({ access: someAccess(dice, people) }),
    () => ({ params: { temperature: dice.below(3) / 2, seed: dice.below(3) } }),
    () => ({ paramsPatch: { top_k: dice.below(3), max_tokens: 1 + dice.below(2) } }),
    () => ({ paramModes: { temperature: dice.pick(["fixed", "max", "default"] as const) } }),
    () => ({ baseModelId: dice.pick(["m0", "m1", "m2", ...bases, "no-such"]) }),
    () => ({ isActive: dice.below(3) > 0 }),
    () => ({ metaPatch: { capabilities: { vision: dice.below(2) === 0 } }, name: `Name ${dice.below(3)}` }),
  ];
  return dice.pick(kinds)();
}

type Seen = ReadonlyMap<string, ModelDetail | undefined>;

/** Every model as every person gets it. */
async function look(people: readonly Person[]): Promise<ReadonlyMap<Person, Seen>> {
  const seen = people.map(async (person) => {
    const models = all.map((id) => person.trpc.models.get.query({ id }).catch(() => undefined));
    const got = await Promise.all(models);
    return [person, new Map(all.map((id, at) => [id, got[at]]))] as const;
  });
  return new Map(await Promise.all(seen));
}

type Right = (model: ModelDetail | undefined) => boolean;
const reads: Right = (model) => model !== undefined;
const calls: Right = (model) => model?.callable === true;

/** How many came to have a right on a model. */
function countGained(
  id: string,
  right: Right,
  [before, after]: readonly ReadonlyMap<Person, Seen>[],
): number {
  const people = [...(before?.keys() ?? [])];
  return people.filter((person) => !right(before?.get(person)?.get(id)) && right(after?.get(person)?.get(id)))
    .length;
}

function valuesOf(model: ModelDetail | undefined): ReadonlyMap<string, string> {
  const params = model?.resolved.params ?? [];
  return new Map(
    params.map(({ name, value, mode, atMost }) => [name, JSON.stringify([value, mode, atMost])]),
  );
}

function changedParams(before: ModelDetail | undefined, after: ModelDetail | undefined): readonly string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name))
    .toSorted();
}

type Preview = Awaited<ReturnType<Person["trpc"]["models"]["previewUpdate"]["query"]>>;

/** Previews, then updates. A refusal must be the one that was told; `undefined` for the previews that are refused. */
async function tryUpdate({ trpc: { models } }: Person, update: Update): Promise<Preview | undefined> {
  const preview = await models.previewUpdate.query(update).catch(() => undefined);
  if (preview === undefined) {
    const told = await failureOf(models.previewUpdate.query(update));
    const met = await failureOf(models.update.mutate(update));
    expect([told.errorCode, told.message]).toStrictEqual([met.errorCode, met.message]);
    return undefined;
  }
  if (preview.refusal === null) {
    await models.update.mutate(update);
    return preview;
  }
  const met = await failureOf(models.update.mutate(update));
  expect([preview.refusal.code, preview.refusal.message]).toStrictEqual([met.errorCode, met.message]);
  return preview;
}

/** Each model that the actor could read changed for exactly those, and in exactly that, which the preview told. */
function expectAsTold(actor: Person, told: Preview, states: readonly ReadonlyMap<Person, Seen>[]): void {
  const [before, after] = states;
  for (const id of all.filter((one) => reads(before?.get(actor)?.get(one)))) {
    const said = told.models.find((model) => model.id === id);
    const counts = {
      reading: [said?.readers.gained.count ?? 0, said?.readers.lost.count ?? 0],
      calling: [said?.callers.gained.count ?? 0, said?.callers.lost.count ?? 0],
    };
    const back = states.toReversed();
    expect({ id, ...counts }).toStrictEqual({
      id,
      reading: [countGained(id, reads, states), countGained(id, reads, back)],
      calling: [countGained(id, calls, states), countGained(id, calls, back)],
    });
    const [old, now] = [before?.get(world.ada)?.get(id), after?.get(world.ada)?.get(id)];
    // A chain that Ada cannot follow to its end shows her less than counts.
    if (!calls(old) || !calls(now) || said?.mayWrite === false) continue;
    const names = (said?.params ?? []).map(({ name }) => name).toSorted();
    expect({ id, names }).toStrictEqual({ id, names: changedParams(old, now) });
  }
}

async function makeModels(dice: Dice, people: readonly Person[]): Promise<void> {
  const { ada, bob, eve } = world;
  for (const [at, id] of ids.entries()) {
    const made = { id, name: id, access: someAccess(dice, people), params: { seed: at } };
    const maker = at < 3 ? ada : dice.pick([bob, eve]);
    const baseModelId = at < 2 ? dice.pick(bases) : dice.pick(["m0", "m1"]);
    await maker.trpc.models.create
      .mutate({ ...made, baseModelId })
      // not everybody reads m0 and m1
      .catch(() => ada.trpc.models.create.mutate({ ...made, baseModelId: "m0" }));
  }
}

test("what a preview tells is what the update then does, for 30 updates by three people", async () => {
  const { ada, bob, eve } = world;
  const people = [ada, bob, eve];
  const dice = createDice(20_261_123);
  await makeModels(dice, people);
  const outcomes = { applied: 0, refused: 0, denied: 0, dependents: 0 };

  let before = await look(people);
  for (let step = 0; step < 30; step += 1) {
    const actor = dice.pick([ada, ada, bob, eve]);
    const id = dice.pick(["m0", "m1", "m0", ...ids, "qwen3:8b"]);
    const stored = before.get(ada)?.get(id)?.revision ?? undefined;
    const revision = dice.below(6) === 0 ? 99 : stored;
    const told = await tryUpdate(actor, {
      id,
      ...someUpdate(dice, people),
      ...(revision !== undefined && { revision }),
    });
    if (told?.refusal !== null) {
      outcomes[told === undefined ? "denied" : "refused"] += 1;
      continue;
    }
    const after = await look(people);
    expectAsTold(actor, told, [before, after]);
    outcomes.applied += 1;
    outcomes.dependents += told.models.filter(({ isEdited }) => !isEdited).length;
    before = after;
  }

  // Each ending was met often enough to mean something.
  expect(Object.entries(outcomes).filter(([, count]) => count < 3)).toStrictEqual([]);
}, 120_000);
