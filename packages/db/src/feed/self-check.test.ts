import { startCatalog } from "@corral/core";
import { expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { addUser, connect, createTestDatabase, seedCatalog, testSecretKey } from "../testing/index.ts";
import { createDatabase } from "../database.ts";

test(
  "a full rebuild finds no difference to a catalog that was loaded, and one that followed",
  {
    timeout: 60_000,
  },
  async () => {
    await using copy = await createTestDatabase();
    await seedCatalog(copy, { models: 600, users: 50, groups: 10, grants: 2_000 });
    await using database = await createDatabase({ url: copy.url, secretKey: testSecretKey, poolMax: 2 });
    let loads = 0;
    const errors: unknown[] = [];
    const feed = { ...database.feed, load: async () => database.feed.load().finally(() => (loads += 1)) };
    await using catalog = await startCatalog(feed, {
      rebuildEveryMs: 50,
      onError: (error) => errors.push(error),
    });
    await using client = await connect(copy.url);

    await expect.poll(() => loads).toBeGreaterThan(2);
    await client.query("update model_records set name = name || ' (new)' where kind = 'custom'");
    await client.query("delete from record_grants where id % 3 = 0");
    await client.query("update users set status = 'suspended' where role = 'user' and id::text < '8'");
    await client.query("delete from group_members where user_id::text > 'c'");
    await client.query("update connections set default_visibility = 'public', position = 20 - position");
    const { revision } = await database.feed.load();
    await catalog.acknowledge(revision.change);
    const since = loads;
    await expect.poll(() => loads).toBeGreaterThan(since + 2);

    expect(errors).toEqual([]);
    expect(catalog.current().revision).toEqual(revision);
  },
);

test("a change that the log does not tell of is found, reported by name, and mended", async ({ db }) => {
  const userId = await addUser(db.client);
  const errors: unknown[] = [];
  await using catalog = await startCatalog(db.database.feed, {
    rebuildEveryMs: 50,
    onError: (error) => errors.push(error),
  });

  // as who restores a single table may do
  await db.client.query("begin; alter table users disable trigger users_change_update");
  await db.client.query("update users set status = 'suspended' where id = $1", [userId]);
  await db.client.query("alter table users enable trigger users_change_update; commit");

  await expect.poll(() => catalog.current().findUser(userId)?.status).toBe("suspended");
  expect(errors).toMatchObject([{ message: expect.stringContaining(`user ${userId}`) }]);
});
