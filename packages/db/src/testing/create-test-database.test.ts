import { expect, test } from "vitest";

import { connect } from "./connect.ts";
import { createTestDatabase } from "./create-test-database.ts";

test("gives each test file a database of its own", async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  await using one = await connect(first.url);
  await using two = await connect(second.url);

  await one.query("create table mine (id int)");

  await expect(two.query("select from mine")).rejects.toThrow("does not exist");
});

test("copies what the template holds", async () => {
  await using template = await createTestDatabase();
  await fill(template.url);

  await using copy = await createTestDatabase(template.name);

  await using client = await connect(copy.url);
  expect((await client.query("select * from seeds")).rows).toEqual([{ id: 1 }]);
});

test("is gone after its block, though somebody is still connected", async () => {
  await using server = await createTestDatabase();
  const { url, name } = await useShortly();

  await using client = await connect(server.url);
  const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
  expect(rowCount).toBe(0);
  await expect(connect(url)).rejects.toThrow("does not exist");
});

async function fill(url: string): Promise<void> {
  await using client = await connect(url);
  await client.query("create table seeds as select 1 as id");
}

async function useShortly(): Promise<{ url: string; name: string }> {
  await using database = await createTestDatabase();
  void (await connect(database.url));
  return { url: database.url, name: database.name };
}
