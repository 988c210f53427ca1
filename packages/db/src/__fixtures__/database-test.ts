import { test as base } from "vitest";
import { openTestDatabase, type OpenTestDatabase } from "../testing/open-test-database.ts";

/** A test that is given its file's database. */
export const test = base.extend<{ $file: { db: OpenTestDatabase } }>({
  db: [
    // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern to learn what a fixture needs
    async ({}, use: (db: OpenTestDatabase) => Promise<void>) => {
      await using db = await openTestDatabase();
      await use(db);
    },
    { scope: "file" },
  ],
});
