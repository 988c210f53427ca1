import { expect } from "vitest";
import { test } from "./__fixtures__/database-test.ts";
import type { OpenTestDatabase } from "./testing/index.ts";
import { aCustomModel, addUser, testAuthor, unique } from "./testing/index.ts";

const nowhere = "9b8f5c1a-0000-4000-8000-000000000000";

function insertGroup(db: OpenTestDatabase, name: string, memberIds: readonly string[] = []) {
  return db.database.unitOfWork.write(testAuthor, ({ groups }) =>
    groups.insert({ name, description: "", memberIds }),
  );
}

test("stores a group with its members, and replaces them", async ({ db }) => {
  const [first, second, third] = [
    await addUser(db.client),
    await addUser(db.client),
    await addUser(db.client),
  ];
  const { value: group } = await insertGroup(db, unique("team"), [first, second]);

  const { value: changed } = await db.database.unitOfWork.write(testAuthor, ({ groups }) =>
    groups.update(group.id, { description: "New", memberIds: [second, third] }),
  );

  expect(group.memberIds).toEqual([first, second].toSorted());
  expect(changed).toEqual({ ...group, description: "New", memberIds: [second, third].toSorted() });
  expect(await db.database.unitOfWork.read(({ groups }) => groups.find(group.id))).toEqual(changed);
  expect(await db.database.unitOfWork.read(({ groups }) => groups.list())).toContainEqual(changed);
});

test("keeps the members when an update does not name them", async ({ db }) => {
  const member = await addUser(db.client);
  const { value: group } = await insertGroup(db, unique("team"), [member]);

  const { value: renamed } = await db.database.unitOfWork.write(testAuthor, ({ groups }) =>
    groups.update(group.id, { name: unique("renamed") }),
  );

  expect(renamed.memberIds).toEqual([member]);
});

test("refuses a name that another group has, in any case", async ({ db }) => {
  const name = unique("team");
  const { value: other } = await insertGroup(db, unique("other"));
  await insertGroup(db, name);

  await expect(insertGroup(db, name.toUpperCase())).rejects.toMatchObject({ code: "name_taken" });
  await expect(
    db.database.unitOfWork.write(testAuthor, ({ groups }) => groups.update(other.id, { name })),
  ).rejects.toMatchObject({ code: "name_taken" });
});

test("refuses members without an account, and leaves nothing of the group", async ({ db }) => {
  for (const member of [nowhere, "nobody"]) {
    const name = unique("team");
    await expect(insertGroup(db, name, [member])).rejects.toMatchObject({ code: "user_not_found" });
    const { rows } = await db.client.query("select from groups where name = $1", [name]);
    expect(rows).toEqual([]);
  }
});

test("does not update what is not there", async ({ db }) => {
  for (const id of [nowhere, "nothing"]) {
    const update = db.database.unitOfWork.write(testAuthor, ({ groups }) =>
      groups.update(id, { memberIds: [] }),
    );
    await expect(update).rejects.toMatchObject({ code: "group_not_found" });
  }
});

test.for(["group", "user"] as const)(
  "takes the rights of a deleted %s away, and gives none to one that is made again with its id",
  async (kind, { db }) => {
    const userId = await addUser(db.client);
    const { value: group } = await insertGroup(db, unique("team"), [userId]);
    const { value: record } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.insert(
        aCustomModel({
          ownerId: userId,
          access: {
            kind: "restricted",
            read: { groupIds: [group.id], userIds: [] },
            write: { groupIds: [], userIds: [userId] },
          },
        }),
      ),
    );

    if (kind === "group") {
      await db.database.unitOfWork.write(testAuthor, ({ groups }) => groups.delete(group.id));
      await db.client.query("insert into groups (id, name) values ($1, $2)", [group.id, unique("again")]);
    } else {
      await db.client.query("delete from users where id = $1", [userId]);
      await addUser(db.client, "user", userId);
    }

    const { value: after } = await db.database.unitOfWork.write(testAuthor, ({ models }) =>
      models.find(record.uid),
    );
    const kept = { groupIds: kind === "user" ? [group.id] : [], userIds: [] };
    expect(after?.access).toEqual({
      kind: "restricted",
      read: kept,
      write: { groupIds: [], userIds: kind === "group" ? [userId] : [] },
    });
    expect(after).toMatchObject({ ownerId: kind === "group" ? userId : null });
    const members = await db.database.unitOfWork.read(({ groups }) => groups.find(group.id));
    expect(members?.memberIds).toEqual([]);
  },
);
