import { expect, test } from "vitest";
import { aBase, aCustom, anActor, anAlias, aState } from "../testing/world/catalog-builders.ts";
import { Dice } from "../testing/world/random-world.ts";
import { createCatalogSnapshot } from "../catalog/create-snapshot.ts";
import { resolveCallable } from "./resolve-callable.ts";

const targets = [
  { position: 0, model: { kind: "record", uid: "secret" }, id: "secret", weight: 900 },
  { position: 1, model: { kind: "record", uid: "often" }, id: "often", weight: 3 },
  { position: 2, model: { kind: "base", uid: "llama" }, id: "llama", weight: 1 },
  { position: 3, model: null, id: "deleted", weight: 900 },
] as const;
const snapshot = createCatalogSnapshot(
  aState({
    bases: [aBase("llama")],
    records: [aCustom("secret", { access: { kind: "private" } }), aCustom("often")],
    aliases: [anAlias("mix", targets)],
  }),
);
const catalog = { current: () => snapshot };
const uses = { note: () => undefined };

test("an alias is divided by weight among the targets that the caller may call, and no others", () => {
  const dice = new Dice(42);
  const draws = 20_000;
  const firsts = new Map<string, number>();

  for (let draw = 0; draw < draws; draw += 1) {
    const models = resolveCallable(
      { catalog, uses, random: () => dice.next() },
      anActor(snapshot, "bob"),
      "MIX",
    );
    const ids = models.map(({ entry }) => entry.id);
    expect(ids.toSorted()).toEqual(["llama", "often"]);
    firsts.set(ids[0] ?? "", (firsts.get(ids[0] ?? "") ?? 0) + 1);
  }

  // Five standard deviations of a fair draw.
  const deviation = Math.sqrt((0.75 * 0.25) / draws);
  expect(Math.abs((firsts.get("often") ?? 0) / draws - 0.75)).toBeLessThan(5 * deviation);
});

test("who may call more is divided among more", () => {
  const dice = new Dice(42);
  const models = resolveCallable(
    { catalog, uses, random: () => dice.next() },
    anActor(snapshot, "root"),
    "mix",
  );

  expect(models.map(({ entry }) => entry.id).toSorted()).toEqual(["llama", "often", "secret"]);
});
