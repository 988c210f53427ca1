import type { CatalogChanges, CatalogState, Repositories } from "@corral/core";
import { array, assert, asyncProperty, nat, tuple } from "fast-check";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import type { OpenTestDatabase } from "../testing/index.ts";
import {
  aConnection,
  aCustomModel,
  addUser,
  anOverride,
  noSecrets,
  testAuthor,
  unique,
} from "../testing/index.ts";

type Objects = Map<string, unknown>;

function entries(kind: string, values: readonly ({ readonly uid: string } | { readonly id: string })[]) {
  return values.map((value) => [`${kind} ${"uid" in value ? value.uid : value.id}`, value] as const);
}

/** A state as the values of its objects, so that two can be compared whatever their order. */
function toObjects(state: CatalogState): Objects {
  return new Map<string, unknown>([
    ["settings", state.settings],
    ...entries("connection", state.connections),
    ...entries("base", state.bases),
    ...entries("record", state.records),
    ...entries("user", state.users),
    ...entries("group", state.groups),
  ]);
}

function fold(objects: Objects, { changes }: CatalogChanges): Objects {
  const next = new Map(objects);
  for (const change of changes) {
    if (change.kind === "settings") next.set("settings", change.value);
    else if (change.kind !== "credential" && change.kind !== "notice") {
      const key = `${change.kind} ${change.uid}`;
      if (change.value === null) next.delete(key);
      else next.set(key, change.value);
    }
  }
  return next;
}

function write<T>(db: OpenTestDatabase, work: (repositories: Repositories) => Promise<T>) {
  return db.database.unitOfWork.write(testAuthor, work);
}

describe("changes", () => {
  test(
    "bring a copy to the very state that a full read gives, whatever was written",
    { timeout: 30_000 },
    async ({ db }) => {
      for (let count = 0; count < 4; count += 1) await addUser(db.client, count === 0 ? "admin" : "user");
      await assert(
        asyncProperty(
          array(tuple(nat({ max: 10 }), nat({ max: 1000 })), { maxLength: 12 }),
          async (steps) => {
            const start = await db.database.feed.load();

            for (const [operation, pick] of steps) await writeSomething(db, operation, pick);

            const changes = await db.database.feed.changesSince(start.revision);
            if (changes === "reload") throw new Error("a reload was not expected");
            const end = await db.database.feed.load();
            expect(changes.revision).toEqual(end.revision);
            expect(fold(toObjects(start), changes)).toEqual(toObjects(end));
          },
        ),
        { numRuns: 8 },
      );
    },
  );

  test("name each object once, with its value as it is now and null when it is gone", async ({ db }) => {
    const { revision } = await db.database.feed.load();
    const { value: record } = await write(db, ({ models }) => models.insert(aCustomModel()));
    const { value: gone } = await write(db, ({ models }) => models.insert(aCustomModel()));
    const { change } = await write(db, async ({ models }) => {
      await models.update({ ...record, name: "Twice" });
      await models.delete(gone.uid);
    });

    const changes = await db.database.feed.changesSince(revision);

    expect(changes).toEqual({
      revision: { ...revision, change, catalog: change },
      changes: expect.arrayContaining([
        { kind: "record", uid: record.uid, value: expect.objectContaining({ name: "Twice", revision: 2 }) },
        { kind: "record", uid: gone.uid, value: null },
      ]),
    });
    expect(changes).toHaveProperty("changes.length", 2);
    expect(await db.database.feed.changesSince({ ...revision, change: change ?? 0 })).toEqual({
      revision: { ...revision, change, catalog: change },
      changes: [],
    });
  });

  test("tell of an override when its base model is renamed, since it bears that name", async ({ db }) => {
    const id = unique("model");
    const { value: connection } = await write(db, ({ connections }) =>
      connections.insert(aConnection(), noSecrets),
    );
    const apply = (publicId: string) =>
      write(db, ({ discovery }) =>
        discovery.applyListing(connection.uid, [{ id, publicId, facts: {} }], new Date().toISOString()),
      );
    await apply(id);
    const { revision, bases } = await db.database.feed.load();
    const base = bases.find((one) => one.id === id);
    const { value: override } = await write(db, ({ models }) => models.insert(anOverride(base?.uid ?? "")));

    await apply(`p.${id}`);

    expect(await db.database.feed.changesSince({ ...revision, change: revision.change + 1 })).toMatchObject({
      changes: expect.arrayContaining([
        { kind: "record", uid: override.uid, value: expect.objectContaining({ id: `p.${id}` }) },
      ]),
    });
  });

  test("tell of sessions and keys that ended, so that they are looked up again", async ({ db }) => {
    const userId = await addUser(db.client);
    const insert = "insert into sessions (user_id, token, expires_at) values ($1, $2, now()) returning id";
    const session = await db.client.query<{ id: string }>(insert, [userId, unique("token")]);
    const { revision } = await db.database.feed.load();

    await db.client.query("delete from sessions where user_id = $1", [userId]);

    expect(await db.database.feed.changesSince(revision)).toMatchObject({
      revision: { catalog: revision.catalog },
      changes: [{ kind: "credential", of: "session", uid: session.rows[0]?.id }],
    });
  });

  test("show slim values: no params, prompts, pictures or secrets", async ({ db }) => {
    const { revision } = await db.database.feed.load();
    await write(db, ({ models }) =>
      models.insert(
        aCustomModel({
          params: { system: "canary prompt" },
          meta: { profile_image_url: "https://canary.example.test/x.png", description: "shown" },
        }),
      ),
    );

    const [state, changes] = [await db.database.feed.load(), await db.database.feed.changesSince(revision)];

    expect(JSON.stringify([state, changes])).toContain("shown");
    expect(JSON.stringify([state, changes])).not.toContain("canary");
  });

  test("show what was written by hand, without what cannot be read", async ({ db }) => {
    const { value: record } = await write(db, ({ models }) => models.insert(aCustomModel()));

    await db.client.query("update model_records set meta = $1 where uid = $2", [
      { tags: "none", capabilities: { vision: "maybe" }, hidden: "yes", description: "kept" },
      record.uid,
    ]);

    const { records } = await db.database.feed.load();
    expect(records.find(({ uid }) => uid === record.uid)).toMatchObject({
      tags: [],
      capabilities: {},
      hidden: false,
      description: "kept",
    });
  });
});

describe("reload", () => {
  test("is asked for when the log was cut, the epoch is another, or the number is from the future", async ({
    db,
  }) => {
    const { revision } = await db.database.feed.load();
    await addUser(db.client);
    await addUser(db.client);
    const since = (change: Partial<typeof revision>) =>
      db.database.feed.changesSince({ ...revision, ...change });
    expect(await since({})).not.toBe("reload");

    expect(await since({ epoch: "another" })).toBe("reload");
    expect(await since({ change: revision.change + 1000 })).toBe("reload");
    await db.client.query("select corral_prune_changes('0 hours', 1)");

    expect(await since({})).toBe("reload");
    expect(await since({ change: revision.change + 1 })).not.toBe("reload");
  });

  test("is asked for after a bulk load that the log does not describe", async ({ db }) => {
    const { revision } = await db.database.feed.load();

    await db.client.query("begin");
    await db.client.query("select set_config('corral.reload', 'on', true)");
    await db.client.query("insert into groups (name) select 'bulk ' || i from generate_series(1, 50) i");
    await db.client.query("commit");

    expect(await db.database.feed.changesSince(revision)).toBe("reload");
    const { rows } = await db.client.query("select target_kind from changes where n > $1", [revision.change]);
    expect(rows).toEqual([{ target_kind: "reload" }]);
  });
});

async function writeSomething(db: OpenTestDatabase, operation: number, pick: number): Promise<void> {
  const state = await db.database.feed.load();
  const one = <V>(values: readonly V[]): V | undefined => values[pick % Math.max(values.length, 1)];
  const user = one(state.users.filter(({ role }) => role === "user"));
  const [group, connection, base] = [one(state.groups), one(state.connections), one(state.bases)];
  const custom = one(state.records.filter(({ kind }) => kind === "custom"));
  const grants = { groupIds: group ? [group.id] : [], userIds: user ? [user.id] : [] };
  const restricted = { kind: "restricted", read: grants, write: { groupIds: [], userIds: [] } } as const;
  const isOverridden = state.records.some(
    (record) => record.kind === "override" && record.baseUid === base?.uid,
  );

  await write(db, async ({ models, connections, discovery, groups, users }) => {
    switch (operation) {
      case 0:
        return models.insert(
          aCustomModel({
            access: restricted,
            ownerId: user?.id ?? null,
            base: base ? { kind: "base", uid: base.uid } : null,
            meta: { tags: [{ name: "x" }], capabilities: { vision: true }, hidden: pick % 2 === 0 },
          }),
        );
      case 1:
        return base && !isOverridden ? models.insert(anOverride(base.uid)) : undefined;
      case 2:
        return custom && models.delete(custom.uid);
      case 3:
        return connections.insert(
          aConnection({
            endpoint: { provider: pick % 2 === 0 ? "ollama" : "openai", authType: "none", azure: null },
            defaultVisibility: restricted,
          }),
          noSecrets,
        );
      case 4:
        return connection && connections.archive(connection.uid);
      case 5: {
        const listed = Array.from({ length: 3 }, (_, at) => `m${(pick + at) % 7}`);
        const facts = { contextLength: pick };
        const models = listed.map((id) => ({ id, publicId: pick % 5 === 0 ? `p.${id}` : id, facts }));
        return connection && discovery.applyListing(connection.uid, models, new Date().toISOString());
      }
      case 6:
        return groups.insert({ name: unique("group"), description: "", memberIds: grants.userIds });
      case 7:
        return group && groups.delete(group.id);
      case 8:
        return (
          user &&
          users.update(user.id, { name: unique("name"), status: pick % 2 === 0 ? "active" : "suspended" })
        );
      case 9: {
        const record = custom && (await models.find(custom.uid));
        return record && models.update({ ...record, name: unique("name"), access: restricted });
      }
      default:
        return undefined;
    }
  });
  if (operation === 10) {
    if (user && pick % 3 === 0) await db.client.query("delete from users where id = $1", [user.id]);
    else if (pick % 3 === 1) await db.database.settings.update({ adminBypass: pick % 2 === 0 }, testAuthor);
    else await addUser(db.client);
  }
}
