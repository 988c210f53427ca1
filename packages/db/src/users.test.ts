import { expect, test as base } from "vitest";
import { test } from "./__fixtures__/database-test.ts";
import { addUser, connect, openTestDatabase, testAuthor, unique } from "./testing/index.ts";

base("never lets the last active administrator go, by any way", async () => {
  await using db = await openTestDatabase();
  const admin = await addUser(db.client, "admin");
  const { unitOfWork } = db.database;

  const change = (patch: { role: "user" } | { status: "suspended" }) =>
    unitOfWork.write(testAuthor, ({ users }) => users.update(admin, patch));

  await expect(change({ role: "user" })).rejects.toMatchObject({ code: "last_admin" });
  await expect(change({ status: "suspended" })).rejects.toMatchObject({ code: "last_admin" });
  await expect(db.client.query("delete from users where id = $1", [admin])).rejects.toThrow(
    "one active administrator",
  );
  await expect(unitOfWork.read(({ users }) => users.find(admin))).resolves.toMatchObject({
    role: "admin",
    status: "active",
  });
});

base("lets an administrator go who hands over in the same transaction", async () => {
  await using db = await openTestDatabase();
  const [admin, heir] = [await addUser(db.client, "admin"), await addUser(db.client)];

  const { value } = await db.database.unitOfWork.write(testAuthor, async ({ users }) => {
    await users.update(admin, { role: "user" });
    return users.update(heir, { role: "admin" });
  });

  expect(value.role).toBe("admin");
});

base("keeps one of two administrators who demote each other at the same moment", async () => {
  await using db = await openTestDatabase();
  const admins = [await addUser(db.client, "admin"), await addUser(db.client, "admin")];

  const results = await Promise.allSettled(
    admins.map((id) =>
      db.database.unitOfWork.write(testAuthor, async ({ users, groups }) => {
        // Something else first, so that the counter and the administrators are reached in different orders.
        if (id === admins[0]) await groups.insert({ name: unique("group"), description: "", memberIds: [] });
        return users.update(id, { role: "user" });
      }),
    ),
  );

  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const { rows } = await db.client.query("select from users where role = 'admin'");
  expect(rows).toHaveLength(1);
});

base("makes one of fifty first accounts the administrator, and none of those that come later", async () => {
  await using db = await openTestDatabase();
  const ids: string[] = [];
  for (let count = 0; count < 50; count += 1) ids.push(await addUser(db.client, "pending"));

  const claim = async (share: readonly string[]) => {
    await using client = await connect(db.url);
    const won: string[] = [];
    for (const id of share) {
      const { rows } = await client.query("select where corral_claim_first_administrator($1)", [id]);
      if (rows.length > 0) won.push(id);
    }
    return won;
  };

  const winners = await Promise.all(
    Array.from({ length: 10 }, async (_, at) => claim(ids.slice(at * 5, at * 5 + 5))),
  );

  expect(winners.flat()).toHaveLength(1);
  const { rows } = await db.client.query("select id from users where role = 'admin' and status = 'active'");
  expect(rows).toEqual([{ id: winners.flat()[0] }]);
});

test("[DB-2] finds people by a part of their name or address, wildcards taken as they are", async ({
  db,
}) => {
  const id = await addUser(db.client);
  await db.client.query("update users set name = '100%_sure', email = 'Sure@Example.test' where id = $1", [
    id,
  ]);
  await addUser(db.client);
  const search = (text: string) =>
    db.database.unitOfWork.read(({ users }) => users.list({ search: text, offset: 0, limit: 10 }));

  expect(await search("%_SURE")).toMatchObject({ total: 1, users: [{ id, name: "100%_sure" }] });
  expect((await search("sure@example")).total).toBe(1);
  expect((await search("100__sure")).total).toBe(0);
});

test("pages through people in one order", async ({ db }) => {
  for (let count = 0; count < 5; count += 1) await addUser(db.client);
  const page = (offset: number, limit: number) =>
    db.database.unitOfWork.read(({ users }) => users.list({ offset, limit }));

  const all = await page(0, 100);
  const pages = [await page(0, 2), await page(2, 100)];

  expect(pages.flatMap(({ users }) => users)).toEqual(all.users);
  expect(pages[0]?.total).toBe(all.total);
});

test("knows nobody by an unknown or impossible id", async ({ db }) => {
  for (const id of ["9b8f5c1a-0000-4000-8000-000000000000", "nobody'; --"]) {
    expect(await db.database.unitOfWork.read(({ users }) => users.find(id))).toBeUndefined();
    await expect(
      db.database.unitOfWork.write(testAuthor, ({ users }) => users.update(id, { name: "x" })),
    ).rejects.toMatchObject({ code: "user_not_found" });
  }
});

test("holds one account an e-mail address, however it is written", async ({ db }) => {
  await db.client.query("insert into users (name, email) values ('A', 'one@example.test')");

  const second = db.client.query("insert into users (name, email) values ('B', 'ONE@example.test')");

  await expect(second).rejects.toThrow("users_email_unique");
});
