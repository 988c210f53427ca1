import { EventEmitter, once } from "node:events";
import { expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { addUser, type OpenTestDatabase } from "../testing/index.ts";
import { watchChanges } from "./watch-changes.ts";

const never = 60_000;

async function listeners({ client }: OpenTestDatabase): Promise<readonly number[]> {
  const { rows } = await client.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = 'corral-listen' and datname = current_database()",
  );
  return rows.map(({ pid }) => pid);
}

test("hints at what anybody commits, and at nothing that was rolled back", async ({ db }) => {
  const hints = new EventEmitter();
  const listening = once(hints, "hint");
  await using watch = watchChanges(db.url, () => hints.emit("hint"), { pollMs: never });
  await listening;
  let count = 0;
  hints.on("hint", () => (count += 1));

  await db.client.query("begin");
  await addUser(db.client);
  await db.client.query("rollback");
  const hint = once(hints, "hint");
  await addUser(db.client);
  await hint;

  expect(watch).toBeDefined();
  expect(count).toBe(1);
});

test("hints by its poll while no notification arrives", async ({ db }) => {
  const hints = new EventEmitter();
  const listening = once(hints, "hint");
  await using watch = watchChanges(db.url, () => hints.emit("hint"), { pollMs: 20, reconnectMs: never });
  await listening;
  await expect.poll(() => listeners(db)).toHaveLength(1);

  await db.client.query("select pg_terminate_backend(pid) from unnest($1::int[]) pid", [await listeners(db)]);
  await expect.poll(() => listeners(db)).toEqual([]);
  await addUser(db.client);
  await once(hints, "hint");

  expect(watch).toBeDefined();
  expect(await listeners(db)).toEqual([]);
});

test("listens again after its connection was lost, and hints at what it may have missed", async ({ db }) => {
  const hints = new EventEmitter();
  const listening = once(hints, "hint");
  await using watch = watchChanges(db.url, () => hints.emit("hint"), { pollMs: never, reconnectMs: 20 });
  await listening;
  const before = await listeners(db);

  const again = once(hints, "hint");
  await db.client.query("select pg_terminate_backend(pid) from unnest($1::int[]) pid", [before]);
  await again;

  expect(watch).toBeDefined();
  expect(before).toHaveLength(1);
  const notified = once(hints, "hint");
  await addUser(db.client);
  await notified;
});

test("stops with its block, also before it ever listened", async ({ db }) => {
  {
    await using watch = watchChanges(db.url, () => undefined);
    expect(watch).toBeDefined();
  }

  expect(await listeners(db)).toEqual([]);
});

test("waits for a database that is not there yet", async () => {
  const hints = new EventEmitter();

  await using watch = watchChanges("postgres://nobody@127.0.0.1:1/none", () => hints.emit("hint"), {
    pollMs: 10,
  });
  await once(hints, "hint");

  expect(watch).toBeDefined();
});
