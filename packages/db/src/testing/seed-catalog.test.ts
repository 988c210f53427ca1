import { expect, test } from "vitest";

import { openTestDatabase } from "./open-test-database.ts";
import { seedCatalog } from "./seed-catalog.ts";

test("fills a catalog of the size that was asked for, as one line of the change log", async () => {
  await using db = await openTestDatabase();
  const before = await db.database.feed.load();

  const seeded = await seedCatalog(db, { models: 300, users: 100, groups: 20, grants: 2_000 });

  const { bases, records, users, groups, connections } = await db.database.feed.load();
  const { rows } = await db.client.query<{ grants: number }>(
    "select count(*)::int as grants from record_grants",
  );
  const customs = records.filter(({ kind }) => kind === "custom");
  expect(bases.length + customs.length).toBe(300);
  expect([users.length, groups.length, connections.length]).toEqual([100, 20, 10]);
  expect(rows[0]?.grants).toBeGreaterThan(1_900);
  expect(users.every(({ groupIds }) => groupIds.length > 0 && groupIds.length <= 5)).toBe(true);
  expect(users.find(({ id }) => id === seeded.administratorId)?.role).toBe("admin");
  expect(await db.database.feed.changesSince(before.revision)).toBe("reload");
});
