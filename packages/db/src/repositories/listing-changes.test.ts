import type { BaseModel, DiscoveredModel, DiscoveryEvent, ModelFilter } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import type { OpenTestDatabase } from "../testing/index.ts";
import { aConnection, noSecrets, testAuthor, unique } from "../testing/index.ts";

/** Seconds after some beginning. */
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 5) + seconds * 1_000).toISOString();

/** One connection whose listings a test writes down by the second. */
class Listings {
  readonly #db: OpenTestDatabase;
  readonly uid: string;

  constructor(db: OpenTestDatabase, uid: string) {
    this.#db = db;
    this.uid = uid;
  }

  static async open(db: OpenTestDatabase, models: ModelFilter = { mode: "all" }): Promise<Listings> {
    const { value } = await db.database.unitOfWork.write(testAuthor, ({ connections }) =>
      connections.insert(aConnection({ models }), noSecrets),
    );
    return new Listings(db, value.uid);
  }

  /** @returns The number of the change, `null` when nothing was written that anybody watches. */
  async list(seconds: number, ...models: readonly (string | DiscoveredModel)[]): Promise<number | null> {
    const discovered = models.map((model) =>
      typeof model === "string" ? { id: model, publicId: model, facts: {} } : model,
    );
    const { change } = await this.#db.database.unitOfWork.write(testAuthor, ({ discovery }) =>
      discovery.applyListing(this.uid, discovered, at(seconds)),
    );
    return change;
  }

  async find(id: string): Promise<BaseModel | undefined> {
    const { bases } = await this.#db.database.feed.load();
    return bases.find((base) => base.id === id);
  }

  async goneSince(id: string): Promise<string | null | undefined> {
    return (await this.find(id))?.placements[0]?.missingSince;
  }

  async events(): Promise<readonly DiscoveryEvent[]> {
    return this.#db.database.unitOfWork.read(({ discovery }) =>
      discovery.listEvents({ connectionUid: this.uid, limit: 100 }),
    );
  }
}

describe("a model that is not listed any more", () => {
  test("is gone after two listings without it a minute apart, since the first of them", async ({ db }) => {
    const listings = await Listings.open(db);
    const [stays, goes] = [unique("stays"), unique("goes")];
    await listings.list(0, stays, goes);

    expect(await listings.list(30, stays)).toBeNull();
    expect(await listings.list(89, stays)).toBeNull();
    expect(await listings.goneSince(goes)).toBeNull();
    expect(await listings.list(90, stays)).not.toBeNull();

    expect(await listings.goneSince(goes)).toBe(at(30));
    expect(await listings.goneSince(stays)).toBeNull();
    expect((await listings.find(goes))?.changedAt).toBe(at(90));
    // and that was all
    expect(await listings.list(200, stays)).toBeNull();
    expect(await listings.goneSince(goes)).toBe(at(30));
  });

  test("was never away when it comes back before that, and its absences do not add up", async ({ db }) => {
    const listings = await Listings.open(db);
    const [stays, blinks] = [unique("stays"), unique("blinks")];
    await listings.list(0, stays, blinks);

    await listings.list(30, stays);
    expect(await listings.list(60, stays, blinks)).toBeNull();
    await listings.list(91, stays);
    await listings.list(150, stays);

    expect(await listings.goneSince(blinks)).toBeNull();
    expect((await listings.find(blinks))?.changedAt).toBe(at(0));
    expect((await listings.events()).map(({ kind }) => kind)).toEqual(["new", "new"]);
  });

  test("comes back as itself", async ({ db }) => {
    const listings = await Listings.open(db);
    const [stays, returns] = [unique("stays"), unique("returns")];
    await listings.list(0, stays, returns);
    const before = await listings.find(returns);
    await listings.list(10, stays);
    await listings.list(70, stays);

    await listings.list(100, stays, returns);

    expect(await listings.find(returns)).toMatchObject({
      uid: before?.uid,
      firstSeenAt: at(0),
      changedAt: at(100),
      placements: [{ missingSince: null }],
    });
  });

  test("goes at once when the connection's own filter leaves it out, which nobody else did", async ({
    db,
  }) => {
    const [kept, left] = [unique("kept"), unique("left")];
    for (const filter of [
      { mode: "only", ids: [kept] },
      { mode: "except", ids: [left] },
      { mode: "static", ids: [kept] },
    ] as const) {
      const listings = await Listings.open(db);
      await listings.list(0, kept, left);
      await db.client.query("update connections set models = $1 where uid = $2", [filter, listings.uid]);

      await listings.list(5, kept);

      const { bases } = await db.database.feed.load();
      const places = bases.flatMap(({ placements }) => placements);
      const missing = places.filter(({ connectionUid }) => connectionUid === listings.uid);
      expect(missing.find(({ upstreamId }) => upstreamId === left)?.missingSince).toBe(at(5));
      expect((await listings.events()).map(({ kind }) => kind)).toEqual(["new", "new"]);
    }
  });

  test("goes at once when it was deleted through us", async ({ db }) => {
    const listings = await Listings.open(db);
    const deleted = unique("deleted");
    await listings.list(0, deleted);

    const { change } = await db.database.unitOfWork.write(testAuthor, ({ discovery }) =>
      discovery.markRemoved(listings.uid, [deleted, `${deleted}:latest`], at(5)),
    );

    expect(change).not.toBeNull();
    expect(await listings.goneSince(deleted)).toBe(at(5));
    expect((await listings.events())[0]).toMatchObject({ kind: "gone_upstream", modelId: deleted });
  });
});

describe("an empty list after one that was not", () => {
  test("counts only the third time, and also then not within a minute", async ({ db }) => {
    const [slow, fast] = [await Listings.open(db), await Listings.open(db)];
    const [one, other] = [unique("one"), unique("other")];
    await slow.list(0, one);
    await fast.list(0, other);

    await slow.list(100);
    expect(await slow.list(200)).toBeNull();
    expect(await slow.goneSince(one)).toBeNull();
    await slow.list(300);
    for (const second of [10, 20, 30, 40]) await fast.list(second);
    expect(await fast.goneSince(other)).toBeNull();
    await fast.list(70);

    expect(await slow.goneSince(one)).toBe(at(100));
    expect(await fast.goneSince(other)).toBe(at(10));
  });

  test("is forgotten as soon as one is not empty, and is no witness of an absence that was seen before", async ({
    db,
  }) => {
    const listings = await Listings.open(db);
    const [stays, goes] = [unique("stays"), unique("goes")];
    await listings.list(0, stays, goes);

    await listings.list(10, stays);
    await listings.list(100);
    await listings.list(200);
    expect(await listings.goneSince(goes)).toBeNull();
    await listings.list(300, stays, goes);
    await listings.list(400);
    await listings.list(500);

    expect(await listings.goneSince(stays)).toBeNull();
    expect(await listings.goneSince(goes)).toBeNull();
    await listings.list(600);
    expect(await listings.goneSince(stays)).toBe(at(400));
  });

  test("says nothing about a connection that never listed anything", async ({ db }) => {
    const listings = await Listings.open(db);
    for (const second of [0, 100, 200, 300]) await listings.list(second);

    expect(await listings.events()).toEqual([]);
  });
});

describe("the events of a connection", () => {
  test("tell what was new, what changed in what, what went and what came back, newest first", async ({
    db,
  }) => {
    const listings = await Listings.open(db);
    const [same, moves] = [unique("same"), unique("moves")];
    const facts = { digest: "sha256:1", family: "llama", contextLength: 4096 };
    const pulled = { digest: "sha256:2", family: "llama", capabilities: ["tools" as const] };
    await listings.list(0, same, { id: moves, publicId: moves, facts });
    await listings.list(10, same, { id: moves, publicId: moves, facts: pulled });
    await listings.list(20, same);
    await listings.list(80, same);
    await listings.list(90, same, { id: moves, publicId: moves, facts: pulled });

    const base = await listings.find(moves);
    const own = { connectionUid: listings.uid, baseUid: base?.uid, upstreamId: moves, modelId: moves };
    const [back, gone, changed, ...fresh] = await listings.events();
    expect(back).toMatchObject({ ...own, kind: "back", at: at(90), changes: [] });
    expect(gone).toMatchObject({ ...own, kind: "gone_upstream", at: at(80) });
    expect(changed).toMatchObject({
      ...own,
      kind: "changed",
      at: at(10),
      changes: [
        { fact: "capabilities", before: null, after: ["tools"] },
        { fact: "contextLength", before: 4096, after: null },
        { fact: "digest", before: "sha256:1", after: "sha256:2" },
      ],
    });
    expect(new Set(fresh.map(({ kind, modelId }) => `${kind} ${modelId}`))).toEqual(
      new Set([`new ${same}`, `new ${moves}`]),
    );
  });

  test("are pages of one connection or of all, and of some kinds", async ({ db }) => {
    const [one, other] = [await Listings.open(db), await Listings.open(db)];
    await one.list(0, unique("a"), unique("b"), unique("c"));
    await other.list(0, unique("d"));
    const list = (query: {
      connectionUid?: string;
      kinds?: ("new" | "back")[];
      before?: number;
      limit: number;
    }) => db.database.unitOfWork.read(({ discovery }) => discovery.listEvents(query));

    const first = await list({ connectionUid: one.uid, limit: 2 });
    const second = await list({ connectionUid: one.uid, limit: 2, before: first[1]?.id ?? 0 });

    expect([first.length, second.length]).toEqual([2, 1]);
    expect((await list({ limit: 1 }))[0]?.connectionUid).toBe(other.uid);
    expect(await list({ kinds: ["back"], connectionUid: one.uid, limit: 10 })).toEqual([]);
    expect(await list({ connectionUid: "?", limit: 10 })).toEqual([]);
  });

  test("stay a bounded number, whatever a server lists", async ({ db }) => {
    const listings = await Listings.open(db);
    const many = (prefix: string) => Array.from({ length: 4_000 }, (_, index) => `${prefix}-${index}`);
    await listings.list(0, ...many(unique("a")));
    await listings.list(10, ...many(unique("b")));

    const { rows } = await db.client.query<{ count: string }>(
      "select count(*) from discovery_events where connection_uid = $1",
      [listings.uid],
    );

    expect(Number(rows[0]?.count)).toBe(5_000);
  });
});
