import { expect } from "vitest";
import { test } from "./__fixtures__/database-test.ts";
import { aCustomModel, testAuthor, type OpenTestDatabase } from "./testing/index.ts";

const days = (count: number) => `${count} days`;

/** Lines of the log as they would stand there had they been written so long ago. */
async function write(
  { client }: OpenTestDatabase,
  line: { readonly kind: string; readonly uid: string; readonly age: string; readonly count?: number },
  row: object | null,
): Promise<void> {
  const { kind, uid, age, count = 1 } = line;
  await client.query(
    `insert into changes (n, at, actor_id, action, target_kind, target_uid, after)
     select (select coalesce(max(n), 0) from changes) + i, now() - $3::interval, 'system', 'old', $1, $2, $4::jsonb
     from generate_series(1, $5::int) i`,
    [kind, uid, age, row === null ? null : JSON.stringify(row), count],
  );
  await client.query("update change_counter set change = (select max(n) from changes)");
}

/** Lines by target. */
async function count({ client }: OpenTestDatabase): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ uid: string; count: number }>(
    "select target_uid as uid, count(*)::int as count from changes group by 1",
  );
  return Object.fromEntries(rows.map((row) => [row.uid, row.count]));
}

test("what only tells processes to read again goes after a day and 100,000 lines; what people did stays, and histories whole", async ({
  db,
}) => {
  const { value: model } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
    models.insert(aCustomModel()),
  );
  const history = async () =>
    (await db.database.unitOfWork.read(({ models }) => models.listVersions(model.uid))).length;
  const row = await db.client.query<{ row: object }>(
    "select to_jsonb(r) as row from model_records r where uid = $1",
    [model.uid],
  );
  await db.client.query("select set_config('corral.pruning', 'on', false)");
  await db.client.query("delete from changes");
  await db.client.query("select set_config('corral.pruning', 'off', false)");
  await write(db, { kind: "reload", uid: "", age: days(900) }, null);
  await write(db, { kind: "record", uid: model.uid, age: days(800), count: 700 }, row.rows[0]?.row ?? {});
  await write(db, { kind: "record", uid: "deleted", age: days(800) }, { uid: "deleted" });
  await write(db, { kind: "group", uid: "long-ago", age: days(800) }, { id: "long-ago" });
  await write(db, { kind: "group", uid: "a-month-ago", age: days(30) }, { id: "a-month-ago" });
  await write(db, { kind: "base", uid: "noise", age: days(2), count: 25_000 }, null);

  // 100,000 lines are kept whatever their age
  expect(await db.database.prune()).toMatchObject({ changes: 0 });
  await write(db, { kind: "base", uid: "fresh", age: "1 hour", count: 100_000 }, null);
  const before = await history();
  const pruned = await db.database.prune();

  expect(pruned.changes).toBe(25_002);
  expect(await count(db)).toEqual({ fresh: 100_000, "a-month-ago": 1, "": 1, [model.uid]: 700 });
  expect([before, await history()]).toEqual([500, 500]);
  // whoever has seen less than what is left reads everything anew
  const { revision } = await db.database.feed.load();
  expect(await db.database.feed.changesSince({ epoch: revision.epoch, change: 1 })).toBe("reload");
  expect(await db.database.feed.changesSince(revision)).toMatchObject({ changes: [] });
});

test("a history longer than is ever read loses its oldest lines, and no more", async ({ db }) => {
  const { value: model } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
    models.insert(aCustomModel()),
  );
  await write(db, { kind: "record", uid: model.uid, age: days(800), count: 40 }, { uid: model.uid });

  const prune = (history: number) =>
    db.client.query("select corral_prune_changes('0 hours', 1, '1 day', $1) as count", [history]);

  await prune(5_000);
  const { [model.uid]: whole } = await count(db);
  await prune(10);

  // the line of its creation is younger than a day
  expect([whole, (await count(db))[model.uid]]).toEqual([41, 11]);
});
