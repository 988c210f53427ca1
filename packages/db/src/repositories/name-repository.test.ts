import type { CatalogState, Repositories } from "@corral/core";
import { array, assert, asyncProperty, nat, tuple } from "fast-check";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { fold, toObjects } from "../__fixtures__/state-objects.ts";
import type { OpenTestDatabase } from "../testing/index.ts";
import { aConnection, aCustomModel, anOverride, noSecrets, testAuthor, unique } from "../testing/index.ts";

const monday = "2026-01-05T00:00:00.000Z";
const tuesday = "2026-01-06T00:00:00.000Z";

function write<T>(db: OpenTestDatabase, work: (repositories: Repositories) => Promise<T>) {
  return db.database.unitOfWork.write(testAuthor, work);
}

/** An Ollama connection that lists these models. */
async function addListed(db: OpenTestDatabase, ids: readonly string[], prefix: string | null = null) {
  const { value } = await write(db, async ({ connections, discovery }) => {
    const connection = await connections.insert(aConnection({ prefix }), noSecrets);
    await discovery.applyListing(connection.uid, toModels(ids, prefix), monday);
    return connection;
  });
  return value;
}

function toModels(ids: readonly string[], prefix: string | null = null) {
  return ids.map((id) => ({ id, publicId: prefix === null ? id : `${prefix}.${id}`, facts: {} }));
}

async function baseNamed(db: OpenTestDatabase, id: string) {
  const { bases } = await db.database.feed.load();
  return bases.find((base) => base.id === id);
}

async function setPrefix(db: OpenTestDatabase, uid: string, prefix: string | null) {
  return write(db, async ({ connections, names }) => {
    const connection = await connections.find(uid);
    if (connection === undefined) throw new Error("no such connection");
    await connections.update({ ...connection, prefix });
    return names.applyPrefix(uid, tuesday);
  });
}

describe("names", () => {
  test("stay true in the feed whatever is done to them", { timeout: 30_000 }, async ({ db }) => {
    await assert(
      asyncProperty(array(tuple(nat({ max: 9 }), nat({ max: 1000 })), { maxLength: 14 }), async (steps) => {
        const first = await db.database.feed.load();
        let objects = toObjects(first);
        let { revision } = first;
        for (const [operation, pick] of steps) {
          await changeNames(db, operation, pick);
          const changes = await db.database.feed.changesSince(revision);
          if (changes === "reload") throw new Error("the log does not reach back");
          objects = fold(objects, changes);
          ({ revision } = changes);
        }
        const last = await db.database.feed.load();
        expect(objects).toEqual(toObjects(last));
        expect(findStrays(last)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test("change for five thousand models at once", { timeout: 20_000 }, async ({ db }) => {
    const name = unique("many");
    const ids = Array.from({ length: 5_000 }, (_, at) => `${name}-${at}:latest`);
    const { uid } = await addListed(db, ids);

    const { value: renames } = await setPrefix(db, uid, name);
    const last = await baseNamed(db, `${name}.${name}-4999:latest`);
    const { aliases } = await db.database.feed.load();

    expect(renames.filter(({ outcome }) => outcome === "renamed")).toHaveLength(5_000);
    expect(last).toMatchObject({ shadowed: false });
    expect(aliases.find(({ id }) => id === `${name}-4999:latest`)).toMatchObject({
      keys: [`${name}-4999`],
      targets: [{ model: { kind: "base", uid: last?.uid }, weight: 1 }],
    });
  });

  test("are not taken back by a listing that was asked for before the prefix changed", async ({ db }) => {
    const [id, prefix] = [unique("model"), unique("p")];
    const { uid } = await addListed(db, [id]);
    await setPrefix(db, uid, prefix);

    const stale = await write(db, ({ discovery }) =>
      discovery.applyListing(
        uid,
        toModels([id, "other"]).map((model) => ({ ...model, prefix: null })),
        tuesday,
      ),
    );

    expect(stale.change).toBeNull();
    expect(await baseNamed(db, `${prefix}.${id}`)).toMatchObject({ shadowed: false });
  });

  test("of one model in two spellings become one name", async ({ db }) => {
    const [id, prefix] = [unique("model"), unique("p")];
    const { uid } = await addListed(db, [id, `${id}:latest`]);
    await addListed(db, [id]);

    const { value: renames } = await setPrefix(db, uid, prefix);

    expect(renames.map(({ outcome }) => outcome)).toEqual(["split", "split"]);
    const { bases } = await db.database.feed.load();
    const renamed = bases.filter((base) => base.id.startsWith(prefix));
    expect(renamed).toMatchObject([{ shadowed: false, placements: [{}, {}] }]);
  });

  test("that cannot be are told, and left alone", async ({ db }) => {
    const id = unique("model").padEnd(250, "x");
    const { uid } = await addListed(db, [id]);

    const plan = await db.database.unitOfWork.read(({ names }) => names.planPrefix(uid, "a-prefix"));
    const { value: renames } = await setPrefix(db, uid, "a-prefix");

    expect(plan).toMatchObject([{ from: id, outcome: "unnamed" }]);
    expect(renames).toEqual([]);
    expect(await baseNamed(db, id)).toMatchObject({ shadowed: false });
  });
});

describe("an alias", () => {
  test("keeps the base models that it stands for", async ({ db }) => {
    const id = unique("kept");
    const { uid } = await addListed(db, [id]);
    const base = await baseNamed(db, id);
    const { value: alias } = await write(db, ({ aliases }) =>
      aliases.insert({
        id: unique("alias"),
        description: "",
        targets: [{ model: { kind: "base", uid: base?.uid ?? "" }, id, weight: 1 }],
      }),
    );
    await write(db, ({ connections }) => connections.archive(uid));
    expect(await baseNamed(db, id)).toMatchObject({ uid: base?.uid, placements: [] });

    expect(await db.database.unitOfWork.read(({ aliases }) => aliases.find(alias.uid))).toEqual(alias);
  });

  test("of a model that is gone by now is refused, and leaves nothing", async ({ db }) => {
    const id = unique("alias");
    const target = {
      model: { kind: "record", uid: "9b8f5c1a-0000-4000-8000-000000000000" },
      id,
      weight: 1,
    } as const;

    await expect(
      write(db, ({ aliases }) => aliases.insert({ id, description: "", targets: [target] })),
    ).rejects.toMatchObject({ code: "base_model_not_found" });

    expect((await db.database.feed.load()).aliases.map((alias) => alias.id)).not.toContain(id);
  });

  test("of fifty writers on one revision lets one win, and shows it to the others", async ({ db }) => {
    const { value: alias } = await write(db, ({ aliases }) =>
      aliases.insert({ id: unique("alias"), description: "", targets: [] }),
    );

    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        write(db, ({ aliases }) => aliases.update({ ...alias, description: `by ${at}` })),
      ),
    );

    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost).toHaveLength(49);
    for (const { reason } of lost) {
      expect(reason).toMatchObject({
        code: "revision_conflict",
        details: { current: { uid: alias.uid, revision: 2 } },
      });
    }
  });
});

/** Names that two have, and aliases without one. */
function findStrays({ aliases, bases, records }: CatalogState): readonly string[] {
  const keys = [
    ...aliases.flatMap((alias) => alias.keys),
    ...bases.filter((base) => !base.shadowed).map((base) => base.id.toLowerCase().replace(/:latest$/u, "")),
    ...records.filter(({ kind }) => kind === "custom").map(({ id }) => id.toLowerCase()),
  ];
  const nameless = aliases.filter((alias) => alias.keys.length === 0).map(({ id }) => id);
  return [...nameless, ...keys.filter((key, at) => keys.indexOf(key) !== at)];
}

async function changeNames(db: OpenTestDatabase, operation: number, pick: number): Promise<void> {
  const state = await db.database.feed.load();
  const one = <V>(values: readonly V[]): V | undefined => values[pick % Math.max(values.length, 1)];
  const [base, alias, connection] = [one(state.bases), one(state.aliases), one(state.connections)];
  const target = base && { model: { kind: "base", uid: base.uid } as const, id: base.id, weight: pick % 3 };
  const gone = state.bases.filter(({ placements }) =>
    placements.every((place) => place.missingSince !== null),
  );
  const served = state.bases.filter((other) => !gone.includes(other));
  await write(db, async ({ aliases, baseNames, connections, discovery, models, names }) => {
    switch (operation) {
      case 0: {
        const id = pick % 2 === 0 ? unique("alias") : (base?.id ?? unique("alias"));
        return target && aliases.insert({ id, description: "", targets: [target] }, { takeName: true });
      }
      case 1:
        return alias && aliases.delete(alias.uid);
      case 2: {
        const stored = alias && (await aliases.find(alias.uid));
        return stored && aliases.update({ ...stored, targets: target === undefined ? [] : [target] });
      }
      case 3:
      case 4: {
        const stored = connection && (await connections.find(connection.uid));
        if (stored === undefined) {
          const added = await connections.insert(aConnection(), noSecrets);
          return discovery.applyListing(added.uid, toModels(["one", "two", "three"]), monday);
        }
        await connections.update({ ...stored, prefix: pick % 3 === 0 ? null : unique("p") });
        return names.applyPrefix(stored.uid, tuesday);
      }
      case 5:
        return (
          connection && discovery.applyListing(connection.uid, toModels(["two", `m${pick % 4}`]), tuesday)
        );
      case 6: {
        const [from, to] = [one(gone), one(served)];
        return from && to && names.rename({ from: from.uid, to: to.uid, settings: "old" });
      }
      case 7: {
        const owner = one(gone.filter(({ shadowed }) => !shadowed));
        return owner && names.forget(owner.id, owner.uid);
      }
      case 8: {
        const name = `name-${pick % 3}`;
        const stored = await baseNames.find(name);
        if (stored === undefined) return baseNames.insert({ name, params: {}, paramModes: {}, meta: {} });
        return pick % 2 === 0
          ? baseNames.delete(name)
          : baseNames.update({ ...stored, meta: { tags: [{ name: `tag ${pick}` }] } });
      }
      default:
        return pick % 2 === 0
          ? models.insert(aCustomModel({ base: base ? { kind: "base", uid: base.uid } : null }))
          : base && models.insert(anOverride(base.uid));
    }
  }).catch((error: unknown) => {
    // Refusals are what the rules say; anything else is a defect.
    const refusals = ["model_id_taken", "revision_conflict", "name_in_use", "base_model_not_found"];
    if (!refusals.includes(String((error as { code?: unknown }).code))) throw error;
  });
}
