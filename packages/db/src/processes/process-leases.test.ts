import { expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { createDatabase, type Database } from "../database.ts";
import { testSecretKey, type OpenTestDatabase } from "../testing/index.ts";

const leaseMs = 5_000;

/** Another process on the same database. */
function openAnother({ url }: OpenTestDatabase): Promise<Database> {
  return createDatabase({ url, secretKey: testSecretKey, poolMax: 2 });
}

async function headOf({ database }: OpenTestDatabase) {
  return (await database.feed.load()).revision;
}

/** As a crash of PostgreSQL leaves unlogged tables. */
async function crash({ client }: OpenTestDatabase): Promise<void> {
  await client.query("truncate processes, process_census");
}

test("a process that is alone waits for nobody, also in the first seconds of a new database", async ({
  db,
}) => {
  const head = await headOf(db);

  expect(await db.database.processes.renew(head)).toEqual({ isAlone: true });
  expect(await db.database.processes.outdatedForMs(head.change + 1)).toBe(0);
});

test("another one is waited for until it confirms, leaves, or its lease has run out", async ({ db }) => {
  await using other = await openAnother(db);
  const { processes } = db.database;
  const head = await headOf(db);
  const next = head.change + 1;
  await other.processes.renew(head);

  const behindMs = await processes.outdatedForMs(next);
  expect(behindMs).toBeGreaterThan(leaseMs - 1_000);
  expect(behindMs).toBeLessThanOrEqual(leaseMs);
  expect(await processes.outdatedForMs(head.change)).toBe(0);
  expect(await processes.renew(head)).toEqual({ isAlone: false });
  // nobody waits for oneself
  expect(await other.processes.outdatedForMs(head.change)).toBe(0);

  await other.processes.renew({ ...head, change: next });
  expect(await processes.outdatedForMs(next)).toBe(0);

  await other.processes.renew(head);
  expect(await processes.outdatedForMs(next)).toBeGreaterThan(0);
  await other.processes.leave();
  expect(await processes.outdatedForMs(next)).toBe(0);

  await other.processes.renew(head);
  await db.client.query("update processes set lease_until = clock_timestamp()");
  expect(await processes.outdatedForMs(next)).toBe(0);
  expect(await processes.renew(head)).toEqual({ isAlone: true });
});

test("a number of another epoch confirms nothing", async ({ db }) => {
  await using other = await openAnother(db);
  const head = await headOf(db);
  await other.processes.renew({ epoch: "before the restore", change: head.change + 1_000 });

  expect(await db.database.processes.outdatedForMs(head.change)).toBeGreaterThan(0);
  await other.processes.leave();
});

test("after a crash of PostgreSQL, which empties the table, everybody is waited for as long as a lease lasts", async ({
  db,
}) => {
  const head = await headOf(db);
  const { processes } = db.database;
  await crash(db);

  // nobody has entered yet, neither has this process
  expect(await processes.outdatedForMs(head.change)).toBeGreaterThan(leaseMs - 1_000);
  await processes.renew(head);
  expect(await processes.outdatedForMs(head.change)).toBeGreaterThan(leaseMs - 1_000);

  await db.client.query("update process_census set since = since - interval '5 seconds'");
  expect(await processes.outdatedForMs(head.change)).toBe(0);
});

test("who is alone on the database by other means waits for nobody after a crash either", async ({ db }) => {
  const head = await headOf(db);
  await crash(db);
  await db.database.processes.renew(head);

  await using ours = await createDatabase({ url: db.url, secretKey: testSecretKey, isOursAlone: true });

  expect(await ours.processes.outdatedForMs(head.change + 1)).toBe(0);
});

test("writes neither to the change log nor to the disk", async ({ db }) => {
  const before = await headOf(db);

  await db.database.processes.renew(before);
  await db.database.processes.renew(before);

  expect(await headOf(db)).toEqual(before);
  const { rows } = await db.client.query<{ relname: string; relpersistence: string }>(
    "select relname, relpersistence from pg_class where relname in ('processes', 'process_census') order by 1",
  );
  expect(rows).toEqual([
    { relname: "process_census", relpersistence: "u" },
    { relname: "processes", relpersistence: "u" },
  ]);
});

test("forgets those that ended without a word", async ({ db }) => {
  const head = await headOf(db);
  await using gone = await openAnother(db);
  await gone.processes.renew(head);
  await db.client.query("update processes set lease_until = lease_until - interval '2 minutes'");

  await db.database.processes.renew(head);

  const { rows } = await db.client.query("select from processes");
  expect(rows).toHaveLength(1);
});
