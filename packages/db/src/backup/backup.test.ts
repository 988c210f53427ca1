import { createWriteStream } from "node:fs";
import { copyFile, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../database.ts";
import { migrate } from "../migrate.ts";
import {
  connect,
  createTestDatabase,
  openTestDatabase,
  seedCatalog,
  startTestCluster,
  testAuthor,
  testSecretKey,
  unique,
  type OpenTestDatabase,
  type TestCluster,
} from "../testing/index.ts";
import { BackupError } from "./backup-error.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./write-backup.ts";

const secretKeys = [testSecretKey] as const;
let elsewhere: TestCluster;
let folder: string;
let source: OpenTestDatabase;

beforeAll(async () => {
  elsewhere = await startTestCluster();
  folder = await mkdtemp(join(tmpdir(), "corral-backup-"));
  source = await openTestDatabase();
  await seedCatalog(source, { models: 90, users: 20, groups: 5, grants: 100 });
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function backUp(url: string) {
  const path = join(folder, unique("backup"));
  return { path, ...(await writeBackup(url, createWriteStream(path), { version: "1.2.3" })) };
}

/** An empty database of another PostgreSQL. */
async function emptyDatabase(): Promise<string> {
  await using server = await connect(elsewhere.url);
  const name = unique("empty").replace("-", "_");
  await server.query(`create database ${name}`);
  const url = new URL(elsewhere.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Its counter has a new epoch; everything else is to be equal. */
function withoutCounter(tables: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(tables).filter(([name]) => name !== "change_counter"));
}

describe("a backup", () => {
  test("made under eight writers is one moment, and restored elsewhere equal to it, in a new epoch", async () => {
    let isStopped = false;
    let written = 0;
    const write = async () => {
      while (!isStopped) {
        await source.database.unitOfWork.write(testAuthor, async ({ groups }) => {
          // two rows that are there together, or not at all
          await groups.insert({ name: unique("left"), description: "", memberIds: [] });
          await groups.insert({ name: unique("right"), description: "", memberIds: [] });
        });
        written += 1;
      }
    };
    const writers = Array.from({ length: 8 }, write);
    await expect.poll(() => written).toBeGreaterThan(8);

    const backup = await backUp(source.url);
    const before = written;
    await expect.poll(() => written).toBeGreaterThan(before);
    isStopped = true;
    await Promise.all(writers);
    const url = await emptyDatabase();
    const restored = await restoreBackup(url, backup.path, { secretKeys, replace: false });

    const again = await backUp(url);
    expect(withoutCounter(again.tables)).toStrictEqual(withoutCounter(backup.tables));
    expect(Object.keys(backup.tables).length).toBeGreaterThan(20);
    await using client = await connect(url);
    const { rows } = await client.query<{ left: number; right: number }>(
      "select count(*) filter (where name like 'left%')::int as left, count(*) filter (where name like 'right%')::int as right from groups",
    );
    expect(rows[0]?.left).toBe(rows[0]?.right);
    const { revision } = await source.database.feed.load();
    expect(restored.epoch).not.toBe(revision.epoch);
    const counter = await client.query("select epoch from change_counter");
    expect(counter.rows).toStrictEqual([{ epoch: restored.epoch }]);
  });

  test("opens and is written to like any other database", async () => {
    const { path } = await backUp(source.url);
    const url = await emptyDatabase();
    const { epoch } = await restoreBackup(url, path, { secretKeys, replace: false });

    await using database = await createDatabase({ url, secretKey: testSecretKey });
    const before = await database.feed.load();
    await database.unitOfWork.write(testAuthor, ({ groups }) =>
      groups.insert({ name: unique("after"), description: "", memberIds: [] }),
    );

    const after = await database.feed.load();
    expect(before.revision.epoch).toBe(epoch);
    expect(after.groups.length).toBe(before.groups.length + 1);
    expect(await database.feed.changesSince(before.revision)).not.toBe("reload");
  });

  test("of which a single bit has changed is found out before anything is written", async () => {
    const { path } = await backUp(source.url);
    const { size } = await stat(path);
    const url = await emptyDatabase();
    const places = [
      0,
      10,
      14,
      16,
      20,
      23,
      24,
      ...Array.from({ length: 40 }, (_, at) => Math.floor((at * size) / 40)),
      size - 32,
      size - 1,
    ];
    const undetected: number[] = [];
    for (const place of places) {
      const flipped = join(folder, "flipped");
      await copyFile(path, flipped);
      await flipBit(flipped, place);
      const failure = await restoreBackup(url, flipped, { secretKeys, replace: true }).catch(
        (error: unknown) => error,
      );
      if (!(failure instanceof BackupError) || !/damaged|not_a_backup/u.test(failure.code))
        undetected.push(place);
    }

    expect(undetected).toStrictEqual([]);
    await using client = await connect(url);
    const { rows } = await client.query("select to_regclass('users') as users");
    expect(rows).toStrictEqual([{ users: null }]);
  });

  test.each([0.2, 0.6, 0.999])("of which only %s is there is found out as well", async (share) => {
    const { path } = await backUp(source.url);
    const { size } = await stat(path);
    await using file = await open(path, "r+");
    await file.truncate(Math.floor(size * share));

    await expect(
      restoreBackup(await emptyDatabase(), path, { secretKeys, replace: true }),
    ).rejects.toMatchObject({
      code: "damaged_backup",
    });
  });

  test("is refused with another key than the one that sealed it", async () => {
    const { path } = await backUp(source.url);
    const url = await emptyDatabase();
    const others = [new Uint8Array(32).fill(9)] as const;

    const restoring = restoreBackup(url, path, { secretKeys: others, replace: true });

    await expect(restoring).rejects.toMatchObject({ code: "wrong_secret_key" });
    await using client = await connect(url);
    expect((await client.query("select to_regclass('users') as users")).rows).toStrictEqual([
      { users: null },
    ]);
  });

  test("replaces what a database holds only when that is said, and never under a running process", async () => {
    const { path, tables } = await backUp(source.url);
    await using target = await createTestDatabase();
    await seedCatalog(target, { models: 30, users: 5, groups: 2, grants: 10 });
    const restore = (replace: boolean) => restoreBackup(target.url, path, { secretKeys, replace });

    await expect(restore(false)).rejects.toMatchObject({ code: "target_not_empty" });
    await using client = await connect(target.url);
    await client.query(
      "insert into processes (id, lease_until, epoch, confirmed) values (gen_random_uuid(), clock_timestamp() + interval '1 minute', 'x', 0)",
    );
    await expect(restore(true)).rejects.toMatchObject({ code: "target_in_use" });
    await client.query("delete from processes");
    await restore(true);

    expect(withoutCounter((await backUp(target.url)).tables)).toStrictEqual(withoutCounter(tables));
  });

  test.each(["2026-11-23-initial", "2026-11-23-discovery", "2026-11-23-accounts"])(
    "of the schema %s is restored as it was, and brought up to date",
    async (to) => {
      await using old = await createTestDatabase("template0");
      await migrate(old.url, { to });
      await fillOld(old.url);
      const backup = await backUp(old.url);
      const url = await emptyDatabase();

      const restored = await restoreBackup(url, backup.path, { secretKeys, replace: false });

      expect(backup.header.migrations.at(-1)).toBe(to);
      await using database = await createDatabase({ url, secretKey: testSecretKey });
      const { revision, groups, connections } = await database.feed.load();
      expect(revision.epoch).toBe(restored.epoch);
      expect(groups).toMatchObject([{ name: "Old group" }]);
      expect(connections).toMatchObject([{ slug: "old" }]);
      const records = await database.unitOfWork.read(({ models }) => models.findMany([oldRecord]));
      expect(records).toMatchObject([{ id: "old-model", params: { temperature: 0.5 } }]);
    },
  );

  test("is refused onto the tables of another version, also with replace", async () => {
    await using old = await createTestDatabase("template0");
    await migrate(old.url, { to: "2026-11-23-discovery" });
    const { path } = await backUp(old.url);
    await using target = await createTestDatabase();

    const restoring = restoreBackup(target.url, path, { secretKeys, replace: true });

    await expect(restoring).rejects.toMatchObject({ code: "target_outdated" });
  });

  test("that is interrupted while it is restored leaves what was there", async () => {
    const { path } = await backUp(source.url);
    await using target = await createTestDatabase();
    await seedCatalog(target, { models: 30, users: 5, groups: 2, grants: 10 });
    const before = (await backUp(target.url)).tables;
    const leaving = new AbortController();

    const restoring = restoreBackup(target.url, path, {
      secretKeys,
      replace: true,
      signal: leaving.signal,
      onProgress: () => leaving.abort(),
    });

    await expect(restoring).rejects.toThrow(/abort/iu);
    expect((await backUp(target.url)).tables).toStrictEqual(before);
  });

  test("of ten thousand models is made and restored within a minute", async () => {
    await using large = await createTestDatabase();
    await seedCatalog(large, { models: 10_000, users: 1_000, groups: 100, grants: 20_000 });
    const url = await emptyDatabase();
    const startedMs = performance.now();

    const { path, rows } = await backUp(large.url);
    await restoreBackup(url, path, { secretKeys, replace: false });

    expect(rows).toBeGreaterThan(30_000);
    expect(performance.now() - startedMs).toBeLessThan(60_000);
  }, 120_000);
});

const oldRecord = "11111111-aaaa-4aaa-8aaa-111111111111";

/** Rows that the first schema can hold, and every later one until now. */
async function fillOld(url: string): Promise<void> {
  await using client = await connect(url);
  await client.query(`
    with person as (insert into users (name, email, role) values ('Ada', 'ada@example.com', 'admin') returning id),
      team as (insert into groups (name) values ('Old group') returning id)
    insert into group_members (group_id, user_id) select team.id, person.id from team, person;
    insert into connections (slug, name, provider, url, auth_type, connection_type, models, params, timeouts, position)
      values ('old', 'Old', 'ollama', 'http://127.0.0.1:9', 'none', 'local', '{"mode": "all"}', '{}', '{}', 0);
    insert into model_records (uid, kind, id, name, base_id, params, param_modes, meta, access_kind)
      values ('${oldRecord}', 'custom', 'old-model', 'Old', 'gone', '{"temperature": 0.5}', '{}', '{}', 'private');
    insert into public_names (key, display, record_uid) values ('old-model', 'old-model', '${oldRecord}');
  `);
}

async function flipBit(path: string, place: number): Promise<void> {
  await using file = await open(path, "r+");
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: place });
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 32]), { position: place });
}
