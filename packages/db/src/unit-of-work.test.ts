import { inspect } from "node:util";
import { DomainError } from "@corral/core";
import { expect, test as base } from "vitest";
import { test } from "./__fixtures__/database-test.ts";
import { createDatabase } from "./database.ts";
import {
  aCustomModel,
  addUser,
  connect,
  openTestDatabase,
  testAuthor,
  testSecretKey,
  unique,
} from "./testing/index.ts";

test("shows a reader one moment of the world, whatever others write meanwhile", async ({ db }) => {
  const id = await addUser(db.client);
  const { unitOfWork } = db.database;

  const names = await unitOfWork.read(async ({ users }) => {
    const before = await users.find(id);
    await unitOfWork.write(testAuthor, (others) => others.users.update(id, { name: "Changed" }));
    return [before?.name, (await users.find(id))?.name];
  });

  expect(names[0]).toBe(names[1]);
  expect((await unitOfWork.read(({ users }) => users.find(id)))?.name).toBe("Changed");
});

test("does not let a reader write", async ({ db }) => {
  const reading = db.database.unitOfWork.read(({ models }) => models.insert(aCustomModel()));

  await expect(reading).rejects.toMatchObject({
    code: "internal",
    cause: { message: expect.stringContaining("read-only transaction") },
  });
});

test("does not quote stored values in the errors it passes on", async ({ db }) => {
  const name = unique("canary");
  const id = await addUser(db.client);

  const error: unknown = await db.database.unitOfWork
    // @ts-expect-error -- what a bug in a use case could do
    .write(testAuthor, ({ users }) => users.update(id, { name, role: "emperor" }))
    .catch((reason: unknown) => reason);

  expect(error).toMatchObject({ code: "internal" });
  expect(inspect(error, { depth: 9 })).not.toContain(name);
});

test("passes an error of the work through, as it was thrown", async ({ db }) => {
  const error = new DomainError("access_denied");

  const writing = db.database.unitOfWork.write(testAuthor, async ({ models }) => {
    await models.insert(aCustomModel());
    throw error;
  });

  await expect(writing).rejects.toBe(error);
});

test("runs work again that lost a race to a deadlock", async ({ db }) => {
  const [first, second] = [await addUser(db.client), await addUser(db.client)];
  const attempts: string[] = [];
  const written: string[] = [];
  const reached = new Map([first, second].map((id) => [id, Promise.withResolvers<void>()]));
  const demote = (id: string, other: string) =>
    db.database.unitOfWork.write(testAuthor, async ({ users }) => {
      attempts.push(id);
      await users.update(id, { name: unique("a") });
      reached.get(id)?.resolve();
      await reached.get(other)?.promise;
      await users.update(other, { name: `by ${id}` });
      written.push(id);
    });

  await Promise.all([demote(first, second), demote(second, first)]);

  // On a busy machine the two can meet a second time.
  expect(attempts.length).toBeGreaterThan(2);
  const [winner = "", loser = ""] = written;
  expect([winner, loser].toSorted()).toEqual([first, second].toSorted());
  expect((await db.database.unitOfWork.read(({ users }) => users.find(winner)))?.name).toBe(`by ${loser}`);
});

base("says that the database is unavailable when it cannot be reached", async () => {
  const starting = createDatabase({ url: "postgres://nobody@127.0.0.1:1/none", secretKey: testSecretKey });

  await expect(starting).rejects.toMatchObject({ code: "database_unavailable" });
});

base("outlives connections that are lost inside transactions, more of them than the pool has", async () => {
  await using db = await openTestDatabase();
  await using small = await createDatabase({
    url: db.url,
    secretKey: testSecretKey,
    poolMax: 2,
    applicationName: "small",
  });

  for (let loss = 0; loss < 3; loss += 1) {
    const interrupted = small.unitOfWork.write(testAuthor, async ({ models }) => {
      await models.insert(aCustomModel());
      await db.client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'small' and datname = current_database()",
      );
      return models.insert(aCustomModel());
    });
    await expect(interrupted).rejects.toMatchObject({ code: "database_unavailable" });
  }

  await expect(small.ping()).resolves.toBeUndefined();
  expect((await small.feed.load()).records).toEqual([]);
});

base("gives up on a statement that takes too long", async () => {
  await using db = await openTestDatabase();
  await using other = await connect(db.url);
  await using hurried = await createDatabase({
    url: db.url,
    secretKey: testSecretKey,
    statementTimeoutMs: 200,
  });
  const id = await addUser(db.client);
  await other.query("begin");
  await other.query("update users set name = 'Held' where id = $1", [id]);

  const writing = hurried.unitOfWork.write(testAuthor, ({ users }) => users.update(id, { name: "Late" }));

  await expect(writing).rejects.toMatchObject({ code: "database_unavailable" });
});
