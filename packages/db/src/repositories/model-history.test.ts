import type { ModelRecord, ModelVersion, NewModelRecord } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import {
  aConnection,
  aCustomModel,
  addUser,
  anOverride,
  noSecrets,
  testAuthor,
  unique,
  type OpenTestDatabase,
} from "../testing/index.ts";

const nobody = { groupIds: [], userIds: [] };

async function insert(db: OpenTestDatabase, record: NewModelRecord): Promise<ModelRecord> {
  return (await db.database.unitOfWork.write(testAuthor, ({ models }) => models.insert(record))).value;
}

async function update(db: OpenTestDatabase, record: ModelRecord, actorId: string | null = null) {
  const author = { actorId, action: "models.update" };
  return (await db.database.unitOfWork.write(author, ({ models }) => models.update(record))).value;
}

function listVersions(db: OpenTestDatabase, uid: string): Promise<readonly ModelVersion[]> {
  return db.database.unitOfWork.read(({ models }) => models.listVersions(uid));
}

const sharedWith = (...userIds: string[]) =>
  ({ kind: "restricted", read: { groupIds: [], userIds }, write: nobody }) as const;

describe("the versions of a record", () => {
  test("are what each write left, newest first, with who wrote", async ({ db }) => {
    const ada = await addUser(db.client);
    const first = await insert(db, aCustomModel({ id: unique("m"), params: { temperature: 0.2 } }));
    const second = await update(db, { ...first, params: { temperature: 0.9 } }, ada);
    const third = await update(db, { ...second, isActive: false, meta: { description: "Quiet" } });

    const versions = await listVersions(db, first.uid);

    expect(versions.map(({ record }) => record)).toStrictEqual([third, second, first]);
    expect(versions.map(({ authorId, action }) => [authorId, action])).toStrictEqual([
      [null, "models.update"],
      [ada, "models.update"],
      [null, "test"],
    ]);
  });

  test("have the grants that stood then, also after access was closed and opened again", async ({ db }) => {
    const [ada, bob] = [await addUser(db.client), await addUser(db.client)];
    const shared = await insert(db, aCustomModel({ id: unique("m"), access: sharedWith(ada, bob) }));
    const narrowed = await update(db, { ...shared, access: sharedWith(bob) });
    const closed = await update(db, { ...narrowed, access: { kind: "private" } });
    await update(db, { ...closed, access: sharedWith(ada) });

    const versions = await listVersions(db, shared.uid);

    expect(versions.map(({ record }) => record.access)).toEqual([
      sharedWith(ada),
      { kind: "private" },
      sharedWith(bob),
      {
        ...sharedWith(),
        read: {
          groupIds: [],
          userIds: expect.arrayContaining([ada, bob]),
        },
      },
    ]);
  });

  test("tell of somebody whose account is gone since, who lost the grant without a new revision", async ({
    db,
  }) => {
    const ada = await addUser(db.client);
    const record = await insert(db, aCustomModel({ id: unique("m"), access: sharedWith(ada) }));
    await db.client.query("delete from users where id = $1", [ada]);

    const versions = await listVersions(db, record.uid);

    expect(versions.map((version) => version.record.revision)).toStrictEqual([1]);
    expect(versions[0]?.record.access).toEqual(sharedWith(ada));
  });

  test("of an override bear its base's name, and a write by psql is one too", async ({ db }) => {
    const id = unique("base");
    await db.database.unitOfWork.write(testAuthor, async ({ connections, discovery }) => {
      const { uid } = await connections.insert(aConnection(), noSecrets);
      await discovery.applyListing(uid, [{ id, publicId: id, facts: {} }], new Date().toISOString());
    });
    const base = await db.client.query<{ uid: string }>("select uid from base_models where public_id = $1", [
      id,
    ]);
    const record = await insert(db, anOverride(base.rows[0]?.uid ?? ""));
    await db.client.query("update model_records set name = 'By hand' where uid = $1", [record.uid]);

    const versions = await listVersions(db, record.uid);

    expect(
      versions.map((version) => [version.record.id, version.record.name, version.authorId]),
    ).toStrictEqual([
      [id, "By hand", null],
      [id, record.name, null],
    ]);
    expect(versions[0]).toMatchObject({ action: "update", record: { revision: 2 } });
  });

  test("are none for a record that does not exist", async ({ db }) => {
    await expect(listVersions(db, "9b8f5c1a-0000-4000-8000-000000000000")).resolves.toStrictEqual([]);
    await expect(listVersions(db, "no uid")).resolves.toStrictEqual([]);
  });
});
