import { setTimeout as sleep } from "node:timers/promises";
import { startCatalog, type Catalog, type CatalogFeed } from "@corral/core";
import { expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { createDatabase } from "../database.ts";
import {
  addUser,
  connect,
  testAuthor,
  testSecretKey,
  unique,
  type OpenTestDatabase,
} from "../testing/index.ts";

/** A process of its own in all but the memory: pool, listener, catalog and lease. */
async function startProcess(
  resources: AsyncDisposableStack,
  { url }: OpenTestDatabase,
  change: (feed: CatalogFeed) => CatalogFeed = (feed) => feed,
): Promise<Catalog> {
  const database = resources.use(await createDatabase({ url, secretKey: testSecretKey, poolMax: 3 }));
  return resources.use(await startCatalog(change(database.feed), { processes: database.processes }));
}

async function suspend({ client }: OpenTestDatabase, userId: string): Promise<number> {
  const { rows } = await client.query<{ change: string }>(
    `with gone as (update users set status = 'suspended' where id = $1) select change from change_counter`,
    [userId],
  );
  return Number(rows[0]?.change) + 1;
}

const statusOf = (catalog: Catalog, id: string) => catalog.current().findUser(id)?.status;

test("what one process acknowledges, the others show", { timeout: 30_000 }, async ({ db }) => {
  await using resources = new AsyncDisposableStack();
  const writer = await startProcess(resources, db);
  const others = [await startProcess(resources, db), await startProcess(resources, db)];
  const tookMs: number[] = [];

  for (let round = 0; round < 20; round += 1) {
    const userId = await addUser(db.client);
    const change = await suspend(db, userId);
    const started = performance.now();
    await writer.acknowledge(change);
    tookMs.push(performance.now() - started);

    expect(others.map((catalog) => statusOf(catalog, userId))).toEqual(["suspended", "suspended"]);
  }

  expect(Math.max(...tookMs)).toBeLessThan(2_000);
});

test(
  "a deaf process loses its lease, and only then is a write acknowledged",
  { timeout: 30_000 },
  async ({ db }) => {
    await using resources = new AsyncDisposableStack();
    const writer = await startProcess(resources, db);
    let isDeaf = false;
    const deaf = await startProcess(resources, db, (feed) => ({
      ...feed,
      changesSince: async (revision) => {
        if (isDeaf) throw new Error("The connection was lost.");
        return feed.changesSince(revision);
      },
    }));
    const userId = await addUser(db.client);
    await writer.acknowledge((await db.database.feed.load()).revision.change);
    isDeaf = true;

    const change = await suspend(db, userId);
    const started = performance.now();
    await writer.acknowledge(change);
    const tookMs = performance.now() - started;

    expect([statusOf(deaf, userId), deaf.isServing()]).toEqual(["active", false]);
    expect(tookMs).toBeGreaterThan(2_000);
    expect(tookMs).toBeLessThan(5_500);
    isDeaf = false;
    await expect.poll(() => deaf.isServing(), { timeout: 10_000 }).toBe(true);
    expect(statusOf(deaf, userId)).toBe("suspended");
  },
);

test("a process whose notifications are lost shows a change within two seconds", async ({ db }) => {
  await using resources = new AsyncDisposableStack();
  const catalog = await startProcess(resources, db, (feed) => ({
    ...feed,
    watch(onHint) {
      const poll = setInterval(onHint, 1_000);
      return { [Symbol.asyncDispose]: async () => clearInterval(poll) };
    },
  }));
  const started = performance.now();
  const userId = await addUser(db.client);

  while (statusOf(catalog, userId) === undefined) await sleep(10);

  expect(performance.now() - started).toBeLessThan(2_000);
});

test("writers that wait for each other on every connection do not cost the process its lease", async ({
  db,
}) => {
  await using database = await createDatabase({ url: db.url, secretKey: testSecretKey, poolMax: 2 });
  const { revision } = await database.feed.load();
  await using blocker = await connect(db.url);
  await blocker.query("begin");
  await blocker.query("select from change_counter for update");
  const writes = Array.from({ length: 4 }, () =>
    database.unitOfWork.write(testAuthor, ({ groups }) =>
      groups.insert({ name: unique("group"), description: "", memberIds: [] }),
    ),
  );
  await expect
    .poll(async () => {
      const { rows } = await db.client.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      return rows.length;
    })
    .toBe(2);

  await database.processes.renew(revision);
  expect(await database.processes.outdatedForMs(revision.change)).toBe(0);
  expect(await database.feed.changesSince(revision)).toEqual({ revision, changes: [] });

  await blocker.query("commit");
  await Promise.all(writes);
});

/** All orders of the steps of two transactions, each step in the order of its own transaction. */
function interleavings(left: readonly string[], right: readonly string[]): string[][] {
  const [first, ...others] = left;
  const [second, ...rest] = right;
  if (first === undefined) return [[...right]];
  if (second === undefined) return [[...left]];
  return [
    ...interleavings(others, right).map((steps) => [first, ...steps]),
    ...interleavings(left, rest).map((steps) => [second, ...steps]),
  ];
}

/** @returns The id of the group that a `write` makes. */
async function take(client: OpenTestDatabase["client"], step: string): Promise<string> {
  const insert = "insert into groups (name) values ($1) returning id";
  if (step === "write") {
    const { rows } = await client.query<{ id: string }>(insert, [unique("group")]);
    return rows[0]?.id ?? "";
  }
  // Runs the deferred triggers early, as a client that is slow to commit does.
  await client.query(step === "take" ? "select corral_finish()" : "commit");
  return "";
}

test(
  "no order in which two transactions write, take their numbers and commit makes a process skip one",
  {
    timeout: 60_000,
  },
  async ({ db }) => {
    await using left = await connect(db.url);
    await using right = await connect(db.url);
    const orders = [
      ...interleavings(["a write", "a take", "a commit"], ["b write", "b commit"]),
      ...interleavings(["a write", "a take", "a commit"], ["b write", "b take", "b commit"]),
    ];

    for (const steps of orders) {
      let { revision } = await db.database.feed.load();
      const seen = new Set<string>();
      const read = async (): Promise<void> => {
        const changes = await db.database.feed.changesSince(revision);
        if (changes === "reload") throw new Error("a reload was not expected");
        for (const change of changes.changes) if (change.kind === "group") seen.add(change.uid);
        ({ revision } = changes);
      };
      const made: Record<string, Promise<string>> = {};
      const queues: Record<string, Promise<unknown>> = {};
      for (const step of steps) {
        const [who = "", what = ""] = step.split(" ");
        const client = who === "a" ? left : right;
        // Queued and not awaited: a step may have to wait for the other transaction's commit.
        const next = (queues[who] ?? client.query("begin")).then(() => take(client, what));
        queues[who] = next;
        if (what === "write") made[who] = next;
        await sleep(2);
        await read();
      }
      await Promise.all(Object.values(queues));
      await read();

      const all = new Set(await Promise.all(Object.values(made)));
      expect({ steps, seen }).toEqual({ steps, seen: all });
    }
    expect(orders).toHaveLength(30);
  },
);
