import type { RestrictedAccess } from "@corral/access-control";
import { Secret } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "./__fixtures__/database-test.ts";
import type { OpenTestDatabase } from "./testing/index.ts";
import {
  aConnection,
  aCustomModel,
  addUser,
  connect,
  noSecrets,
  testAuthor,
  unique,
} from "./testing/index.ts";

type ChangeRow = {
  readonly n: number;
  readonly catalog_n: number | null;
  readonly actor_id: string;
  readonly action: string;
  readonly target_kind: string;
  readonly target_uid: string;
  readonly revision: number | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly request_id: string | null;
};

async function head({ client }: OpenTestDatabase): Promise<{ change: number; catalog: number }> {
  const { rows } = await client.query<{ change: string; catalog: string }>("select * from change_counter");
  return { change: Number(rows[0]?.change), catalog: Number(rows[0]?.catalog) };
}

async function changesAfter({ client }: OpenTestDatabase, n: number): Promise<readonly ChangeRow[]> {
  const { rows } = await client.query<ChangeRow>(
    `select n::int, catalog_n::int, actor_id, action, target_kind, target_uid, revision, before, after, request_id
     from changes where n > $1 order by id`,
    [n],
  );
  return rows;
}

function readableBy(userIds: readonly string[]): RestrictedAccess {
  return { kind: "restricted", read: { groupIds: [], userIds }, write: { groupIds: [], userIds: [] } };
}

describe("numbers", () => {
  test("gives all rows of one transaction one number, and tells it to the writer", async ({ db }) => {
    const before = await head(db);

    const { change } = await db.database.unitOfWork.write(testAuthor, async ({ models, groups }) => {
      await models.insert(aCustomModel());
      await models.insert(aCustomModel());
      await groups.insert({ name: unique("group"), description: "", memberIds: [] });
    });

    const rows = await changesAfter(db, before.change);
    expect(change).toBe(before.change + 1);
    expect(new Set(rows.map(({ n }) => n))).toEqual(new Set([change]));
    expect(await head(db)).toEqual({ change, catalog: change });
  });

  test("takes no number for a transaction that changes nothing or fails", async ({ db }) => {
    const before = await head(db);

    const nothing = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.find(unique("none")),
    );
    const failing = db.database.unitOfWork.write(testAuthor, async ({ models }) => {
      await models.insert(aCustomModel());
      throw new Error("changed my mind");
    });

    await expect(failing).rejects.toThrow("changed my mind");
    expect(nothing.change).toBeNull();
    expect(await head(db)).toEqual(before);
    expect(await changesAfter(db, before.change)).toEqual([]);
  });

  test("numbers transactions in the order in which they become visible, whoever writes", async ({ db }) => {
    const before = await head(db);
    const writers = await Promise.all(Array.from({ length: 8 }, async () => connect(db.url)));
    const watcher = await connect(db.url);
    const seen: number[] = [];
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        const { rows } = await watcher.query<{ n: number }>(
          "select distinct n::int from changes where n > $1 and n <> all($2::bigint[]) order by n",
          [before.change, seen],
        );
        seen.push(...rows.map(({ n }) => n));
      }
    })();

    await Promise.all(
      writers.map(async (writer) => {
        for (let turn = 0; turn < 20; turn += 1) await addUser(writer);
      }),
    );
    done.abort();
    await watching;
    await Promise.all([...writers, watcher].map((client) => client.end()));

    // Had a lower number become visible after a higher one, it would stand behind it here.
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    expect(await head(db)).toMatchObject({ change: before.change + 160 });
    expect(new Set((await changesAfter(db, before.change)).map(({ n }) => n)).size).toBe(160);
  });

  test("moves only the first number for what alters no list", async ({ db }) => {
    const userId = await addUser(db.client);
    const before = await head(db);

    await db.client.query(
      "insert into api_keys (user_id, name, key_hash, masked) values ($1, 'default', $2, 'sk-…')",
      [userId, unique("hash")],
    );

    expect(await head(db)).toEqual({ change: before.change + 1, catalog: before.catalog });
    const [row] = await changesAfter(db, before.change);
    expect(row).toMatchObject({ target_kind: "key", catalog_n: null });
  });

  test("moves the second number too when the list is altered later in the transaction", async ({ db }) => {
    const userId = await addUser(db.client);
    const before = await head(db);

    await db.client.query("begin");
    await db.client.query(
      "insert into api_keys (user_id, name, key_hash, masked) values ($1, 'a', $2, 'sk-…')",
      [userId, unique("hash")],
    );
    await db.client.query("update users set name = 'Renamed' where id = $1", [userId]);
    await db.client.query("commit");

    expect(await head(db)).toEqual({ change: before.change + 1, catalog: before.change + 1 });
  });
});

describe("heartbeats", () => {
  test("sleeps through sign-ins, sliding sessions, used keys, health and pictures of accounts", async ({
    db,
  }) => {
    const userId = await addUser(db.client);
    await db.client.query("insert into api_keys (user_id, name, key_hash, masked) values ($1, 'b', $2, '')", [
      userId,
      unique("hash"),
    ]);
    const { value: connection } = await db.database.unitOfWork.write(testAuthor, ({ connections }) =>
      connections.insert(aConnection(), noSecrets),
    );
    const before = await head(db);

    await db.client.query("insert into sessions (user_id, token, expires_at) values ($1, $2, now())", [
      userId,
      unique("token"),
    ]);
    await db.client.query(
      "update sessions set updated_at = now(), expires_at = now() + interval '1 hour' where user_id = $1",
      [userId],
    );
    await db.client.query("update api_keys set last_used_at = now() where user_id = $1", [userId]);
    await db.client.query("update users set updated_at = now(), image = 'x', name = name where id = $1", [
      userId,
    ]);
    await db.database.unitOfWork.write(testAuthor, ({ discovery }) =>
      discovery.saveHealth({
        connectionUid: connection.uid,
        lastSuccessAt: new Date().toISOString(),
        lastFailureAt: null,
        errorCode: null,
        errorMessage: null,
        consecutiveFailures: 0,
        latencyMs: 1.5,
        modelCount: 3,
      }),
    );

    expect(await head(db)).toEqual(before);
  });

  test("wakes up when a session is cut short or ends, and when a key is revoked", async ({ db }) => {
    const userId = await addUser(db.client);
    await db.client.query(
      "insert into sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 hour')",
      [userId, unique("token")],
    );
    await db.client.query("insert into api_keys (user_id, name, key_hash, masked) values ($1, 'c', $2, '')", [
      userId,
      unique("hash"),
    ]);
    const before = await head(db);

    await db.client.query("update sessions set expires_at = now() where user_id = $1", [userId]);
    await db.client.query("delete from sessions where user_id = $1", [userId]);
    await db.client.query("update api_keys set revoked_at = now() where user_id = $1", [userId]);

    const rows = await changesAfter(db, before.change);
    expect(rows.map(({ target_kind }) => target_kind)).toEqual(["session", "session", "key"]);
    expect((await head(db)).catalog).toBe(before.catalog);
  });
});

describe("who and what", () => {
  test("names the author that the unit of work was given", async ({ db }) => {
    const actorId = await addUser(db.client);
    const before = await head(db);

    await db.database.unitOfWork.write({ actorId, action: "models.create", requestId: "r-1" }, ({ models }) =>
      models.insert(aCustomModel()),
    );

    for (const row of await changesAfter(db, before.change)) {
      expect(row).toMatchObject({ actor_id: actorId, action: "models.create", request_id: "r-1" });
    }
  });

  test("calls a writer that says nothing the database, also on a connection that named an author before", async ({
    db,
  }) => {
    await db.client.query("begin");
    await db.client.query("select set_config('corral.actor', 'someone', true)");
    await db.client.query("commit");
    const before = await head(db);

    const userId = await addUser(db.client);

    expect(await changesAfter(db, before.change)).toMatchObject([
      { actor_id: "database", action: "insert", target_kind: "user", target_uid: userId, before: null },
    ]);
  });

  test("shows what a record was and became", async ({ db }) => {
    const { value: record } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.insert(aCustomModel({ name: "Old" })),
    );
    const before = await head(db);

    await db.database.unitOfWork.write(testAuthor, ({ models }) => models.update({ ...record, name: "New" }));

    expect(await changesAfter(db, before.change)).toMatchObject([
      {
        target_kind: "record",
        target_uid: record.uid,
        revision: 2,
        before: { name: "Old" },
        after: { name: "New" },
      },
    ]);
  });

  test("tells of grants under the object they belong to, and only of those that differ", async ({ db }) => {
    const [first, second] = [await addUser(db.client), await addUser(db.client)];
    const { value: record } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.insert(aCustomModel({ access: readableBy([first]) })),
    );
    const before = await head(db);

    await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.update({ ...record, access: readableBy([first, second]) }),
    );

    const [, grant, ...rest] = await changesAfter(db, before.change);
    expect(grant).toMatchObject({
      target_kind: "record",
      target_uid: record.uid,
      before: null,
      after: { user_id: second, level: "read" },
    });
    expect(rest).toEqual([]);
  });

  test("tells of a member under the group and under the person", async ({ db }) => {
    const member = await addUser(db.client);
    const { value: group } = await db.database.unitOfWork.write(testAuthor, ({ groups }) =>
      groups.insert({ name: unique("group"), description: "", memberIds: [] }),
    );
    const before = await head(db);

    await db.database.unitOfWork.write(testAuthor, ({ groups }) =>
      groups.update(group.id, { memberIds: [member] }),
    );

    const rows = await changesAfter(db, before.change);
    expect(rows.map(({ target_kind, target_uid }) => [target_kind, target_uid])).toEqual([
      ["group", group.id],
      ["user", member],
    ]);
  });

  test("moves the revision for a writer that does not know of it", async ({ db }) => {
    const { value: record } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.insert(aCustomModel()),
    );

    await db.client.query("update model_records set params = '{\"temperature\": 1}' where uid = $1", [
      record.uid,
    ]);

    const { value: after } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.find(record.uid),
    );
    expect(after).toMatchObject({ revision: 2, params: { temperature: 1 } });
  });
});

test("keeps every secret and every picture out of the log", async ({ db }) => {
  const userId = await addUser(db.client);
  const canary = (name: string) => `canary-${name}-${db.url.slice(-8)}`;
  const picture = Buffer.from(canary("image")).toString("base64");
  await db.client.query("insert into sessions (user_id, token, expires_at) values ($1, $2, now())", [
    userId,
    canary("token"),
  ]);
  await db.client.query("insert into api_keys (user_id, name, key_hash, masked) values ($1, 'd', $2, '')", [
    userId,
    canary("hash"),
  ]);
  await db.client.query(
    "insert into accounts (user_id, account_id, provider_id, password) values ($1, gen_random_uuid(), 'credential', $2)",
    [userId, canary("password")],
  );
  await db.client.query("update sessions set token = token || '-2' where user_id = $1", [userId]);
  await db.client.query("update api_keys set key_hash = key_hash || '-2' where user_id = $1", [userId]);
  await db.database.settings.update({ setupCodeHash: canary("setup") }, testAuthor);
  await db.database.unitOfWork.write(testAuthor, async ({ connections, models }) => {
    const secrets = {
      key: new Secret(canary("key")),
      clientSecret: new Secret(canary("client-secret")),
      headers: { "x-key": new Secret(canary("header")) },
    };
    const connection = await connections.insert(aConnection(), secrets);
    await connections.update(
      { ...connection, name: "Renamed" },
      { ...secrets, key: new Secret(canary("second")) },
    );
    await models.insert(aCustomModel({ meta: { profile_image_url: `data:image/png;base64,${picture}` } }));
  });
  await db.client.query("delete from users where id = $1", [userId]);

  const { rows } = await db.client.query<{ line: string }>(
    "select coalesce(before::text, '') || coalesce(after::text, '') as line from changes",
  );

  const log = rows.map(({ line }) => line).join("\n");
  expect(log).toContain("Renamed");
  expect(log).not.toContain("canary");
  expect(log).not.toContain(picture);
  expect(log).not.toContain(`v1.`);
  expect(log).not.toContain("sealed_");
});

describe("the log itself", () => {
  test.for(["update changes set action = 'forged'", "delete from changes", "truncate changes"])(
    "refuses to be rewritten: %s",
    async (statement, { db }) => {
      await addUser(db.client);

      await expect(db.client.query(statement)).rejects.toThrow("append-only");
    },
  );

  test("is cut by age and by length together, whole transactions at a time", async ({ db }) => {
    await addUser(db.client);
    await addUser(db.client);
    const { change } = await head(db);
    const prune = async (keep: string, rows: number) => {
      const result = await db.client.query("select corral_prune_changes($1::interval, $2)", [keep, rows]);
      return Number(result.rows[0].corral_prune_changes);
    };

    expect(await prune("1 hour", 1)).toBe(0);
    expect(await prune("0 hours", 1_000_000)).toBe(0);
    expect(await prune("0 hours", 1)).toBeGreaterThan(0);

    expect(await changesAfter(db, 0)).toMatchObject([{ n: change }]);
  });

  test("keeps a day and 100,000 lines whatever the caller asks", async ({ db }) => {
    await addUser(db.client);

    expect(await db.database.prune({ keepHours: 0, keepChanges: 0 })).toMatchObject({ changes: 0 });
  });
});
