import { randomUUID } from "node:crypto";
import type { ModelUse } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import { aCustomModel, addUser, testAuthor, type OpenTestDatabase } from "../testing/index.ts";

const early = "2026-11-01T10:00:00.000Z";
const late = "2026-11-02T10:00:00.000Z";

async function noteUses(db: OpenTestDatabase, uses: readonly ModelUse[]): Promise<number | null> {
  const author = { actorId: null, action: "models.used" };
  return (await db.database.unitOfWork.write(author, ({ lifecycles }) => lifecycles.noteUses(uses))).change;
}

function listUses(db: OpenTestDatabase, uids: readonly string[], since = early) {
  return db.database.unitOfWork.read(({ lifecycles }) => lifecycles.listUses(uids, { since, limit: 10 }));
}

describe("the uses of a model", () => {
  test("are the latest of each person, by whichever key, and no change of the catalog", async ({ db }) => {
    const [ann, bob] = [await addUser(db.client), await addUser(db.client)];
    const uid = randomUUID();
    const { rows } = await db.client.query<{ id: string }>(
      "insert into api_keys (user_id, name, key_hash, masked) values ($1, 'k', $2, 'sk-…') returning id",
      [ann, randomUUID()],
    );
    const keyId = rows[0]?.id ?? "";

    const changes = [
      await noteUses(db, [
        { uid, userId: ann, keyId: null, at: late },
        { uid, userId: bob, keyId: null, at: early },
      ]),
      // an earlier one that another process writes later
      await noteUses(db, [{ uid, userId: ann, keyId: null, at: early }]),
      await noteUses(db, [{ uid, userId: ann, keyId, at: early }]),
    ];

    expect(changes).toStrictEqual([null, null, null]);
    expect(await listUses(db, [uid])).toStrictEqual([
      { userId: ann, at: late },
      { userId: bob, at: early },
    ]);
    expect(await listUses(db, [uid], late)).toStrictEqual([{ userId: ann, at: late }]);
    expect(await listUses(db, [randomUUID()])).toStrictEqual([]);
  });

  test("of people and keys that are gone are left out", async ({ db }) => {
    const ann = await addUser(db.client);
    const uid = randomUUID();

    await noteUses(db, [
      { uid, userId: randomUUID(), keyId: null, at: late },
      { uid, userId: ann, keyId: randomUUID(), at: late },
    ]);

    expect(await listUses(db, [uid])).toStrictEqual([]);
  });
});

describe("an announced end", () => {
  test("goes with its model, and loses a successor that goes", async ({ db }) => {
    const { unitOfWork } = db.database;
    const insert = async () =>
      (await unitOfWork.write(testAuthor, ({ models }) => models.insert(aCustomModel()))).value;
    const [model, successor] = [await insert(), await insert()];
    await unitOfWork.write(testAuthor, ({ lifecycles }) =>
      lifecycles.set(
        { retiresAt: late, note: "", successor: { kind: "record", uid: successor.uid } },
        { kind: "record", uid: model.uid },
      ),
    );
    const read = async () =>
      (
        await db.client.query<{ successor: string | null }>(
          "select successor_record_uid as successor from model_lifecycles where uid = $1",
          [model.uid],
        )
      ).rows;

    expect(await read()).toStrictEqual([{ successor: successor.uid }]);
    await unitOfWork.write(testAuthor, ({ models }) => models.delete(successor.uid));
    expect(await read()).toStrictEqual([{ successor: null }]);
    await unitOfWork.write(testAuthor, ({ models }) => models.delete(model.uid));
    expect(await read()).toStrictEqual([]);
  });

  test("of a model that is gone cannot be announced", async ({ db }) => {
    const said = db.database.unitOfWork.write(testAuthor, ({ lifecycles }) =>
      lifecycles.set({ retiresAt: null, note: "", successor: null }, { kind: "base", uid: randomUUID() }),
    );

    await expect(said).rejects.toMatchObject({ code: "model_not_found" });
  });

  test("may be announced by several at once, and one of them is the last", async ({ db }) => {
    const { unitOfWork } = db.database;
    const notes = Array.from({ length: 8 }, (_, at) => `note ${at}`);
    for (let round = 0; round < 60; round += 1) {
      const { value: model } = await unitOfWork.write(testAuthor, ({ models }) =>
        models.insert(aCustomModel()),
      );

      const said = await Promise.allSettled(
        notes.map(async (note) =>
          unitOfWork.write(testAuthor, ({ lifecycles }) =>
            lifecycles.set({ retiresAt: null, note, successor: null }, { kind: "record", uid: model.uid }),
          ),
        ),
      );

      const { rows } = await db.client.query<{ note: string }>(
        "select note from model_lifecycles where uid = $1",
        [model.uid],
      );
      expect(said.filter(({ status }) => status === "rejected")).toStrictEqual([]);
      expect(rows).toHaveLength(1);
      expect(notes).toContain(rows[0]?.note);
    }
  });
});
