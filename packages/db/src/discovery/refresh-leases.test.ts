import type { RefreshListener, RefreshRequest } from "@corral/core";
import { expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { unique, type OpenTestDatabase } from "../testing/index.ts";
import { createRefreshLeases } from "./refresh-leases.ts";

const soonMs = 10_000;

const deaf: RefreshListener = { onRequest: async () => null, onHealth: () => {} };

function backends({ client }: OpenTestDatabase): Promise<readonly number[]> {
  return client
    .query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'corral-refresh' and datname = current_database()",
    )
    .then(({ rows }) => rows.map(({ pid }) => pid));
}

test("one process at a time holds the lease of a connection, and others have theirs", async ({ db }) => {
  await using one = createRefreshLeases(db.url);
  await using other = createRefreshLeases(db.url);
  const [first, second] = [unique("connection"), unique("connection")];

  // asked for twice at once, and so to be released but once
  expect(await Promise.all([one.tryHold(first), one.tryHold(first)])).toEqual([true, true]);
  expect(await other.tryHold(first)).toBe(false);
  expect(await other.tryHold(second)).toBe(true);
  expect(await one.tryHold(first)).toBe(true);
  await one.release(first);

  expect(await other.tryHold(first)).toBe(true);
  expect(await one.tryHold(first)).toBe(false);
});

test("a lease ends with the connection that bears it, and who held it knows", async ({ db }) => {
  const uid = unique("connection");
  await using one = createRefreshLeases(db.url);
  const lost = Promise.withResolvers<void>();
  one.listen({ ...deaf, onHealth: () => lost.resolve() });
  const before = await backends(db);
  expect(await one.tryHold(uid)).toBe(true);
  const [own] = (await backends(db)).filter((pid) => !before.includes(pid));
  await using other = createRefreshLeases(db.url);
  expect(await other.tryHold(uid)).toBe(false);

  await db.client.query("select pg_terminate_backend($1)", [own]);

  await expect.poll(() => other.tryHold(uid)).toBe(true);
  await expect.poll(() => one.tryHold(uid)).toBe(false);
});

test("whoever holds the lease does what another process asks for, and says what came of it", async ({
  db,
}) => {
  const uid = unique("connection");
  await using holder = createRefreshLeases(db.url);
  await using asking = createRefreshLeases(db.url);
  const asked: RefreshRequest[] = [];
  holder.listen({ ...deaf, onRequest: async (request) => (asked.push(request), 42) });
  expect(await holder.tryHold(uid)).toBe(true);

  const change = await asking.ask({ connectionUid: uid, anew: true }, soonMs);
  const nobody = await asking.ask({ connectionUid: unique("nobody's"), anew: false }, 50);

  expect(change).toBe(42);
  expect(nobody).toBeUndefined();
  expect(asked).toEqual([{ connectionUid: uid, anew: true }]);
});

test("the others hear of a new health, and of what they may have missed, whatever else is said", async ({
  db,
}) => {
  await using one = createRefreshLeases(db.url);
  await using other = createRefreshLeases(db.url);
  const [own, heard]: [string[], (string | null)[]] = [[], []];
  const all = Promise.withResolvers<void>();
  one.listen({ ...deaf, onHealth: (uid) => uid !== null && own.push(uid) });
  other.listen({ ...deaf, onHealth: (uid) => (heard.push(uid), uid === "b" && all.resolve()) });
  await other.tryHold(unique("connection"));

  await one.announceHealth("a");
  for (const nonsense of ["", "{}", '{"kind":"health"}', "[".repeat(5_000)])
    await db.client.query("select pg_notify('corral_refresh', $1)", [nonsense]);
  await one.announceHealth("b");
  await all.promise;

  expect(heard).toEqual([null, "a", "b"]);
  expect(own).toEqual([]);
});

test("an unreachable database is an error, and no reason to stop trying", async ({ db }) => {
  await using leases = createRefreshLeases("postgres://nobody@127.0.0.1:1/none");
  await using closed = createRefreshLeases(db.url);
  await closed[Symbol.asyncDispose]();

  for (let turn = 0; turn < 2; turn += 1)
    await expect(leases.tryHold("x")).rejects.toMatchObject({ code: "database_unavailable" });
  await expect(closed.tryHold("x")).rejects.toMatchObject({ code: "shutting_down" });
});
