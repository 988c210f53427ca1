import type { BaseModel, DiscoveredModel, StoredHealth } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import type { OpenTestDatabase } from "../testing/index.ts";
import { aConnection, aCustomModel, anOverride, noSecrets, testAuthor, unique } from "../testing/index.ts";

const nowhere = "9b8f5c1a-0000-4000-8000-000000000000";
const monday = "2026-01-05T00:00:00.000Z";
const tuesday = "2026-01-06T00:00:00.000Z";
const wednesday = "2026-01-07T00:00:00.000Z";

function discovered(id: string, change: Partial<DiscoveredModel> = {}): DiscoveredModel {
  return { id, publicId: id, facts: {}, ...change };
}

function healthy(connectionUid: string): StoredHealth {
  return {
    connectionUid,
    lastSuccessAt: monday,
    lastFailureAt: null,
    errorCode: null,
    errorMessage: null,
    consecutiveFailures: 0,
    latencyMs: 12.5,
    modelCount: 3,
  };
}

const openai = { endpoint: { provider: "openai", authType: "none", azure: null } } as const;

async function addConnection(
  db: OpenTestDatabase,
  change: Parameters<typeof aConnection>[0] = {},
): Promise<string> {
  const { value } = await db.database.unitOfWork.write(testAuthor, ({ connections }) =>
    connections.insert(aConnection(change), noSecrets),
  );
  return value.uid;
}

async function apply(
  db: OpenTestDatabase,
  uid: string,
  ...[models, at = monday]: [models: readonly DiscoveredModel[], at?: string]
) {
  const { change } = await db.database.unitOfWork.write(testAuthor, ({ discovery }) =>
    discovery.applyListing(uid, models, at),
  );
  return change;
}

/** The base models that have a placement on any of these connections, by their public id. */
async function basesOf(db: OpenTestDatabase, ...connectionUids: string[]): Promise<readonly BaseModel[]> {
  const { bases } = await db.database.feed.load();
  return bases
    .filter(({ placements }) =>
      placements.some(({ connectionUid }) => connectionUids.includes(connectionUid)),
    )
    .toSorted((left, right) => left.id.localeCompare(right.id));
}

describe("listings", () => {
  test("stores what a connection lists, with its facts", async ({ db }) => {
    const uid = await addConnection(db);
    const id = unique("llama");
    const facts = { capabilities: ["tools" as const], contextLength: 8192, sizeBytes: 4_700_000_000 };

    await apply(db, uid, [discovered(`${id}:latest`, { publicId: id, facts })]);

    expect(await basesOf(db, uid)).toMatchObject([
      {
        id,
        shadowed: false,
        firstSeenAt: monday,
        changedAt: monday,
        placements: [{ connectionUid: uid, upstreamId: `${id}:latest`, facts, missingSince: null }],
      },
    ]);
  });

  test("writes nothing when nothing changed, whatever the length", async ({ db }) => {
    const uid = await addConnection(db);
    const listing = Array.from({ length: 300 }, (_, at) =>
      discovered(`${uid}-${at}`, { facts: { contextLength: at } }),
    );
    await apply(db, uid, listing, monday);
    // Where each row stands and who wrote it: a rewritten row would be elsewhere, by another transaction.
    const rowVersions = async () => {
      const tables = ["base_models", "placements", "public_names", "connection_health", "connections"];
      const versions = tables.map(
        (table) => `(select array_agg(ctid || ' ' || xmin order by ctid) from ${table}) as ${table}`,
      );
      const { rows } = await db.client.query(`select ${versions.join(", ")}`);
      return rows;
    };
    // Reordered: another digest, but the same listing.
    await apply(db, uid, listing.toReversed(), tuesday);
    const before = await rowVersions();

    const change = await apply(db, uid, listing.toReversed(), wednesday);

    expect(change).toBeNull();
    expect(await rowVersions()).toEqual(before);
    expect((await basesOf(db, uid)).every(({ changedAt }) => changedAt === monday)).toBe(true);
  });

  test("writes only what differs, and as few changes as there are objects", async ({ db }) => {
    const uid = await addConnection(db);
    const [same, other] = [unique("a-same"), unique("b-other")];
    await apply(db, uid, [discovered(same), discovered(other)]);

    const change = await apply(
      db,
      uid,
      [discovered(same), discovered(other, { facts: { family: "x" } })],
      tuesday,
    );

    const { rows } = await db.client.query("select target_kind from changes where n = $1", [change]);
    expect(rows).toEqual([{ target_kind: "base" }, { target_kind: "discovery" }]);
    expect(await basesOf(db, uid)).toMatchObject([
      { id: same, changedAt: monday },
      { id: other, changedAt: tuesday, placements: [{ facts: { family: "x" } }] },
    ]);
  });

  test("does not list for a connection that is unknown or archived", async ({ db }) => {
    const uid = await addConnection(db);
    await db.database.unitOfWork.write(testAuthor, ({ connections }) => connections.archive(uid));

    for (const gone of [uid, nowhere, "?"]) {
      await expect(apply(db, gone, [])).rejects.toMatchObject({ code: "connection_not_found" });
    }
  });
});

describe("names", () => {
  test("makes one model with two placements of what two Ollama servers list under one name", async ({
    db,
  }) => {
    const [first, second] = [await addConnection(db), await addConnection(db)];
    const id = unique("fleet");

    await apply(db, first, [discovered(`${id}:latest`, { publicId: id })]);
    await apply(db, second, [discovered(id.toUpperCase(), { publicId: id.toUpperCase() })], tuesday);

    const bases = await basesOf(db, first, second);
    expect(bases).toMatchObject([{ id, shadowed: false, firstSeenAt: monday, changedAt: tuesday }]);
    expect(bases[0]?.placements.map(({ connectionUid }) => connectionUid)).toEqual([first, second]);
  });

  test("makes one model of what two Ollama servers list at the same moment", async ({ db }) => {
    const uids = [await addConnection(db), await addConnection(db), await addConnection(db)];
    const ids = Array.from({ length: 40 }, () => unique("race"));

    await Promise.all(
      uids.map((uid, turn) =>
        apply(
          db,
          uid,
          (turn % 2 === 0 ? ids : ids.toReversed()).map((id) => discovered(id)),
        ),
      ),
    );

    const bases = await basesOf(db, ...uids);
    expect(bases).toHaveLength(ids.length);
    for (const { shadowed, placements } of bases) {
      expect(shadowed).toBe(false);
      expect(placements).toHaveLength(3);
    }
  });

  test("does not merge what a prefix or another kind of server sets apart, and shadows the newcomer", async ({
    db,
  }) => {
    const id = unique("gpt");
    const [owner, newcomer] = [await addConnection(db), await addConnection(db, openai)];

    await apply(db, owner, [discovered(id)]);
    await apply(db, newcomer, [discovered(id)]);

    expect(await basesOf(db, owner)).toMatchObject([{ id, shadowed: false }]);
    expect(await basesOf(db, newcomer)).toMatchObject([{ id, shadowed: true }]);
  });

  test("never takes a name from its owner, though the newcomer stands earlier in the order", async ({
    db,
  }) => {
    const id = unique("gpt");
    const [early, late] = [await addConnection(db, openai), await addConnection(db, openai)];

    await apply(db, late, [discovered(id)]);
    await apply(db, early, [discovered(id)]);
    await apply(db, late, [], tuesday);
    await apply(db, early, [discovered(id)], tuesday);

    expect(await basesOf(db, late)).toMatchObject([{ shadowed: false }]);
    expect(await basesOf(db, early)).toMatchObject([{ shadowed: true }]);
  });

  test("lets one of two servers that list a name at the same moment own it", async ({ db }) => {
    const uids = [await addConnection(db, openai), await addConnection(db, openai), await addConnection(db)];
    const ids = Array.from({ length: 40 }, () => unique("race"));

    await Promise.all(
      uids.map((uid, turn) =>
        apply(
          db,
          uid,
          (turn === 1 ? ids.toReversed() : ids).map((id) => discovered(id)),
        ),
      ),
    );

    const bases = await basesOf(db, ...uids);
    for (const id of ids) {
      const claims = bases.filter((base) => base.id === id);
      expect(claims).toHaveLength(3);
      expect(claims.filter(({ shadowed }) => !shadowed)).toHaveLength(1);
    }
  });

  test("shadows a model whose name a record has, until that name is free", async ({ db }) => {
    const uid = await addConnection(db);
    const id = unique("named");
    const { value: record } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.insert(aCustomModel({ id })),
    );
    await apply(db, uid, [discovered(id)]);
    expect(await basesOf(db, uid)).toMatchObject([{ shadowed: true }]);
    expect(await apply(db, uid, [discovered(id)], tuesday)).toBeNull();

    await db.database.unitOfWork.write(testAuthor, ({ models }) => models.delete(record.uid));
    await apply(db, uid, [discovered(id)], tuesday);

    expect(await basesOf(db, uid)).toMatchObject([{ shadowed: false }]);
  });

  test("keeps two models that one server lists in two cases apart", async ({ db }) => {
    const uid = await addConnection(db, openai);
    const id = unique("case");

    await apply(db, uid, [discovered(id), discovered(id.toUpperCase())]);

    const bases = await basesOf(db, uid);
    expect(bases).toHaveLength(2);
    expect(bases.filter(({ shadowed }) => shadowed)).toHaveLength(1);
  });

  test("renames in place when the prefix changes, so that what was stored about a model follows", async ({
    db,
  }) => {
    const uid = await addConnection(db);
    const id = unique("model");
    await apply(db, uid, [discovered(id)]);
    const [before] = await basesOf(db, uid);
    await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.insert(anOverride(before?.uid ?? "")),
    );
    const prefix = unique("p");
    await db.client.query("update connections set prefix = $1 where uid = $2", [prefix, uid]);

    await apply(db, uid, [discovered(id, { publicId: `${prefix}.${id}` })], tuesday);

    expect(await basesOf(db, uid)).toMatchObject([
      { uid: before?.uid, id: `${prefix}.${id}`, shadowed: false },
    ]);
    const { value: override } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.findOverrideOf(before?.uid ?? ""),
    );
    expect(override?.id).toBe(`${prefix}.${id}`);
    await expect(
      db.database.unitOfWork.write(testAuthor, ({ models }) => models.insert(aCustomModel({ id }))),
    ).resolves.toBeDefined();
    expect(await apply(db, uid, [discovered(id, { publicId: `${prefix}.${id}` })], wednesday)).toBeNull();
  });

  test("parts from a shared model when the prefix changes, and leaves it to the others", async ({ db }) => {
    const [leaving, staying] = [await addConnection(db), await addConnection(db)];
    const id = unique("shared");
    await apply(db, leaving, [discovered(id)]);
    await apply(db, staying, [discovered(id)]);
    const [shared] = await basesOf(db, staying);
    const prefix = unique("p");
    await db.client.query("update connections set prefix = $1 where uid = $2", [prefix, leaving]);

    await apply(db, leaving, [discovered(id, { publicId: `${prefix}.${id}` })], tuesday);

    expect(await basesOf(db, staying)).toMatchObject([
      { uid: shared?.uid, id, placements: [{ connectionUid: staying }] },
    ]);
    expect(await basesOf(db, leaving)).toMatchObject([
      { id: `${prefix}.${id}`, shadowed: false, placements: [{ connectionUid: leaving }] },
    ]);
  });
});

describe("health", () => {
  test("keeps the last state of each connection", async ({ db }) => {
    const uid = await addConnection(db);
    const failed: StoredHealth = {
      ...healthy(uid),
      lastFailureAt: tuesday,
      errorCode: "upstream_unavailable",
      errorMessage: "refused",
      consecutiveFailures: 2,
      latencyMs: null,
    };
    await db.database.unitOfWork.write(testAuthor, ({ discovery }) => discovery.saveHealth(healthy(uid)));

    await db.database.unitOfWork.write(testAuthor, ({ discovery }) => discovery.saveHealth(failed));

    expect(await db.database.unitOfWork.read(({ discovery }) => discovery.listHealth())).toContainEqual(
      failed,
    );
  });

  test("does not change the health of a connection by applying its listing, nor the other way round", async ({
    db,
  }) => {
    const uid = await addConnection(db);
    const first = discovered(unique("model"));
    await apply(db, uid, [first]);
    await db.database.unitOfWork.write(testAuthor, ({ discovery }) => discovery.saveHealth(healthy(uid)));
    const listing = [first, discovered(unique("model"))];
    await apply(db, uid, listing, tuesday);
    await db.database.unitOfWork.write(testAuthor, ({ discovery }) => discovery.saveHealth(healthy(uid)));

    expect(await apply(db, uid, listing, wednesday)).toBeNull();
    expect(await db.database.unitOfWork.read(({ discovery }) => discovery.listHealth())).toContainEqual(
      healthy(uid),
    );
  });

  test("knows no health of a connection that is not there", async ({ db }) => {
    for (const uid of [nowhere, "?"]) {
      await expect(
        db.database.unitOfWork.write(testAuthor, ({ discovery }) => discovery.saveHealth(healthy(uid))),
      ).rejects.toMatchObject({ code: "connection_not_found" });
    }
  });
});
