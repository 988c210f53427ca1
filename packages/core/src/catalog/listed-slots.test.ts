import { describe, expect, test } from "vitest";
import { aBoard, aCustom, anActor, aQuery, aState } from "../testing/world/catalog-builders.ts";
import { createCatalogSnapshot } from "./create-snapshot.ts";
import { contentsOf } from "./memory-snapshot.ts";
import { queryCatalog } from "./query-catalog.ts";

const models = 400;
/** Few enough of so many to be kept as a list, too many for that, and all of them. */
const readers = [
  ["bob", 5],
  ["ann", 300],
  ["root", models],
] as const;

const nobody = { groupIds: [], userIds: [] };
const records = Array.from({ length: models }, (_, at) =>
  aCustom(`m${String(at).padStart(3, "0")}`, {
    ownerId: at % 4 === 0 ? null : "ann",
    access:
      at % 80 === 0
        ? { kind: "restricted", read: { ...nobody, userIds: ["bob"] }, write: nobody }
        : { kind: "private" },
  }),
);
const snapshot = createCatalogSnapshot(aState({ bases: [], records }));

describe.each(readers)("%s, who sees %i of 400 models,", (userId, count) => {
  const actor = anActor(snapshot, userId);
  const readable = records
    .filter(({ uid }) => {
      const entry = snapshot.findByUid(uid);
      return entry !== undefined && snapshot.decide(actor.principal, "read", entry).allowed;
    })
    .map(({ uid }) => uid);

  test.each(["asc", "desc"] as const)("gets every page that rules and order make, %s", (direction) => {
    const expected = direction === "asc" ? readable : readable.toReversed();
    expect(expected).toHaveLength(count);

    for (const [offset, limit] of [
      [0, 1],
      [0, 30],
      [3, 30],
      [count - 2, 30],
      [count, 30],
      [1_000, 30],
    ] as const) {
      const query = aQuery({ direction, offset, limit });
      const page = queryCatalog({ snapshot, health: aBoard() }, actor, query);

      expect(page.total).toBe(count);
      expect(page.rows.map(({ uid }) => uid)).toEqual(expected.slice(offset, offset + limit));
    }
  });
});

test("what is remembered of one caller serves the next page, and stays small for many", () => {
  const { visibility } = contentsOf(snapshot);
  const ask = (userId: string, offset: number) =>
    queryCatalog({ snapshot, health: aBoard() }, anActor(snapshot, userId), aQuery({ offset }));

  for (const [userId] of readers) ask(userId, 0);
  const bytes = visibility.bytes;
  for (const [userId] of readers) for (let offset = 1; offset < 20; offset += 1) ask(userId, offset);

  expect(visibility.bytes).toBe(bytes);
  // a bit for each model, not a number for each that is seen
  expect(bytes).toBeLessThan(readers.length * 2_000);
});
