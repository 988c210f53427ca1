import { expect, test } from "vitest";
import { openTestDatabase, testAuthor } from "./testing/index.ts";

test("has a value for every setting before anybody sets one, and keeps what is set", async () => {
  await using db = await openTestDatabase();
  const { settings } = db.database;

  const before = await settings.get();
  const { value: after, change } = await settings.update(
    { adminBypass: false, setupCodeHash: "x" },
    testAuthor,
  );

  expect(before).toMatchObject({ adminBypass: true, signUpOpen: false, setupCodeHash: null });
  expect(before.memberPermissions).toContain("models.create");
  expect(after).toEqual({ ...before, adminBypass: false, setupCodeHash: "x" });
  expect(change).not.toBeNull();
  expect(await settings.get()).toEqual(after);
  expect((await settings.update({ setupCodeHash: null }, testAuthor)).value.setupCodeHash).toBeNull();
});

test("takes no number when nothing is set", async () => {
  await using db = await openTestDatabase();

  expect((await db.database.settings.update({}, testAuthor)).change).toBeNull();
});

test("falls back to the default for a stored value that it does not understand", async () => {
  await using db = await openTestDatabase();

  await db.client.query("insert into settings (key, value) values ('admin_bypass', '\"perhaps\"')");

  expect(await db.database.settings.get()).toMatchObject({ adminBypass: true });
});
