import { isDomainError, type CustomRecord, type ModelRecord, type NewModelRecord } from "@corral/core";
import { describe, expect } from "vitest";
import { test } from "../__fixtures__/database-test.ts";
import type { OpenTestDatabase } from "../testing/index.ts";
import {
  aConnection,
  aCustomModel,
  addUser,
  anOverride,
  noSecrets,
  testAuthor,
  unique,
} from "../testing/index.ts";

const nowhere = "9b8f5c1a-0000-4000-8000-000000000000";
const pixel = "iVBORw0KGgo=";

async function insert(db: OpenTestDatabase, record: NewModelRecord): Promise<ModelRecord> {
  return (await db.database.unitOfWork.write(testAuthor, ({ models }) => models.insert(record))).value;
}

async function update(db: OpenTestDatabase, record: ModelRecord): Promise<ModelRecord> {
  return (await db.database.unitOfWork.write(testAuthor, ({ models }) => models.update(record))).value;
}

function find(db: OpenTestDatabase, uid: string): Promise<ModelRecord | undefined> {
  return db.database.unitOfWork.read(({ models }) => models.find(uid));
}

function toDataUrl(text: string): string {
  return `data:image/gif;base64,${Buffer.from(text).toString("base64")}`;
}

function hashOf({ meta }: ModelRecord): string {
  return String(meta.profile_image_url).split(":")[1] ?? "";
}

/** A base model that an Ollama connection lists; gives back its uid. */
async function addBase(
  db: OpenTestDatabase,
  id: string,
  provider: "ollama" | "openai" = "ollama",
): Promise<string> {
  await db.database.unitOfWork.write(testAuthor, async ({ connections, discovery }) => {
    const { uid } = await connections.insert(
      aConnection({ endpoint: { provider, authType: "none", azure: null } }),
      noSecrets,
    );
    await discovery.applyListing(uid, [{ id, publicId: id, facts: {} }], new Date().toISOString());
  });
  const { rows } = await db.client.query<{ uid: string }>(
    "select uid from base_models where public_id = $1",
    [id],
  );
  return rows[0]?.uid ?? "";
}

describe("storing", () => {
  test("gives back a custom model as it was stored, whole", async ({ db }) => {
    const owner = await addUser(db.client);
    const baseUid = await addBase(db, unique("base"));
    const record = aCustomModel({
      id: "Équipe/Modèle: один",
      params: { temperature: 0.7, stop: ["\n"], custom_params: { deep: { list: [1, null, "x"] } } },
      paramModes: { temperature: "fixed" },
      meta: { description: "About", tags: [{ name: "a" }], hidden: true, unknown: { kept: true } },
      isActive: false,
      access: {
        kind: "restricted",
        read: { groupIds: [], userIds: [owner] },
        write: { groupIds: [], userIds: [owner] },
      },
      ownerId: owner,
      createdBy: owner,
      base: { kind: "base", uid: baseUid },
      baseId: "its-base",
      baseAccess: { kind: "delegate", by: owner },
    });

    const stored = await insert(db, record);

    expect(stored).toMatchObject({ ...record, revision: 1 });
    expect(new Date(stored.createdAt).toISOString()).toBe(stored.createdAt);
    expect(await find(db, stored.uid)).toEqual(stored);
    expect(
      await db.database.unitOfWork.read(({ models }) => models.findMany([stored.uid, nowhere, "?"])),
    ).toEqual([stored]);
  });

  test("gives an override the name of its base model, and finds it there", async ({ db }) => {
    const id = unique("base");
    const baseUid = await addBase(db, id);

    const stored = await insert(db, anOverride(baseUid));

    expect(stored).toMatchObject({
      kind: "override",
      id,
      access: { kind: "inherit" },
      base: { uid: baseUid },
    });
    expect(await db.database.unitOfWork.read(({ models }) => models.findOverrideOf(baseUid))).toEqual(stored);
    await expect(insert(db, anOverride(baseUid))).rejects.toMatchObject({ code: "model_id_taken" });
  });

  test("refuses bases and principals that do not exist, and leaves nothing behind", async ({ db }) => {
    const id = unique("model");
    const grantTo = (userId: string) =>
      aCustomModel({
        id,
        access: {
          kind: "restricted",
          read: { groupIds: [], userIds: [userId] },
          write: { groupIds: [], userIds: [] },
        },
      });

    await expect(insert(db, grantTo(nowhere))).rejects.toMatchObject({ code: "principal_not_found" });
    await expect(insert(db, grantTo("not an id"))).rejects.toMatchObject({ code: "principal_not_found" });
    await expect(
      insert(db, aCustomModel({ id, base: { kind: "record", uid: nowhere } })),
    ).rejects.toMatchObject({
      code: "base_model_not_found",
    });
    await expect(insert(db, anOverride(nowhere))).rejects.toMatchObject({ code: "base_model_not_found" });
    await expect(insert(db, aCustomModel({ id, meta: { odd: "\u0000" } }))).rejects.toMatchObject({
      code: "invalid_input",
    });

    await expect(insert(db, aCustomModel({ id }))).resolves.toMatchObject({ id });
  });

  test("keeps a transaction usable after a refusal, without a trace of what was refused", async ({ db }) => {
    const taken = await insert(db, aCustomModel());
    const other = unique("other");

    const { value } = await db.database.unitOfWork.write(testAuthor, async ({ models }) => {
      const refused = await models.insert(aCustomModel({ id: taken.id })).catch((error: unknown) => error);
      return { refused, landed: await models.insert(aCustomModel({ id: other })) };
    });

    expect(value.refused).toMatchObject({ code: "model_id_taken" });
    expect(await find(db, value.landed.uid)).toMatchObject({ id: other });
    const { rows } = await db.client.query("select from model_records where id = $1", [taken.id]);
    expect(rows).toHaveLength(1);
  });
});

describe("names", () => {
  test.for([
    ["itself", (id: string) => id],
    ["another case", (id: string) => id.toUpperCase()],
    ["Ollama's longer spelling", (id: string) => `${id}:latest`],
    ["both", (id: string) => `${id.toUpperCase()}:LATEST`],
  ] as const)("refuses a name that stands for one that is taken: %s", async ([, spell], { db }) => {
    const id = unique("model");
    await addBase(db, id);

    await expect(insert(db, aCustomModel({ id: spell(id) }))).rejects.toMatchObject({
      code: "model_id_taken",
    });
  });

  test("refuses the short spelling of a name that is taken with :latest", async ({ db }) => {
    const id = unique("model");
    await insert(db, aCustomModel({ id: `${id}:latest` }));

    await expect(insert(db, aCustomModel({ id }))).rejects.toMatchObject({ code: "model_id_taken" });
  });

  test.for([
    ["one", (id: string) => [id, id]],
    ["one in two cases", (id: string) => [id, id.toUpperCase()]],
    ["one in two of Ollama's spellings", (id: string) => [`${id}:latest`, id]],
  ] as const)("gives a name that two ask for at once to one of them: %s", async ([, spell], { db }) => {
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.allSettled(
        spell(unique("race")).map((id) => insert(db, aCustomModel({ id }))),
      );

      const refused = results.flatMap((result) => (result.status === "rejected" ? result.reason : []));
      expect(refused).toMatchObject([{ code: "model_id_taken" }]);
    }
  });

  test("frees the name with the record", async ({ db }) => {
    const first = await insert(db, aCustomModel());

    await db.database.unitOfWork.write(testAuthor, ({ models }) => models.delete(first.uid));

    const second = await insert(db, aCustomModel({ id: first.id }));
    expect(second.uid).not.toBe(first.uid);
    expect(await find(db, first.uid)).toBeUndefined();
  });
});

describe("updating", () => {
  test("replaces everything but uid, id, kind and creation, and counts the revision", async ({ db }) => {
    const [maker, heir] = [await addUser(db.client), await addUser(db.client)];
    const record = await insert(
      db,
      aCustomModel({ createdBy: maker, ownerId: maker, access: { kind: "public" } }),
    );
    if (record.kind !== "custom") throw new Error("unreachable");
    const wanted: CustomRecord = {
      ...record,
      name: "Other",
      params: { top_k: 3 },
      paramModes: { top_k: "max" },
      meta: { description: "Other" },
      isActive: false,
      ownerId: heir,
      baseId: "other",
      baseAccess: { kind: "delegate", by: null },
      access: {
        kind: "restricted",
        read: { groupIds: [], userIds: [] },
        write: { groupIds: [], userIds: [maker] },
      },
    };

    const changed = await update(db, { ...wanted, createdBy: heir, createdAt: new Date(0).toISOString() });

    expect(changed).toEqual({ ...wanted, revision: 2, updatedAt: changed.updatedAt });
    expect(changed.updatedAt >= record.updatedAt).toBe(true);
  });

  test("lets one of fifty writers on a revision through, and shows the others what it wrote", async ({
    db,
  }) => {
    const record = await insert(db, aCustomModel());

    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) => update(db, { ...record, name: `Writer ${at}` })),
    );

    const winners = results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    const refused = results.flatMap((result) => (result.status === "rejected" ? result.reason : []));
    expect(winners).toHaveLength(1);
    expect(refused).toHaveLength(49);
    for (const error of refused) {
      expect(isDomainError(error) && error.code).toBe("revision_conflict");
      expect(error.details.current).toEqual(winners[0]);
    }
  });

  test("does not update what is not there, or is of the other kind", async ({ db }) => {
    const record = await insert(db, aCustomModel());

    await expect(update(db, { ...record, uid: nowhere })).rejects.toMatchObject({ code: "model_not_found" });
    await expect(update(db, { ...record, uid: "?" })).rejects.toMatchObject({ code: "model_not_found" });
  });

  test("lets a person's vouch die with the account, and never turns it into the role's", async ({ db }) => {
    const voucher = await addUser(db.client);
    const record = await insert(db, aCustomModel({ baseAccess: { kind: "delegate", by: voucher } }));

    await db.client.query("delete from users where id = $1", [voucher]);

    expect(await find(db, record.uid)).toMatchObject({ baseAccess: { kind: "inherit" } });
  });
});

describe("bases", () => {
  test("keeps a preset whose base record has vanished, with the name it had", async ({ db }) => {
    const base = await insert(db, aCustomModel());
    const preset = await insert(
      db,
      aCustomModel({ base: { kind: "record", uid: base.uid }, baseId: base.id }),
    );

    await db.database.unitOfWork.write(testAuthor, ({ models }) => models.delete(base.uid));

    expect(await find(db, preset.uid)).toMatchObject({ base: null, baseId: base.id });
  });

  test("lists who stands on a model directly", async ({ db }) => {
    const baseUid = await addBase(db, unique("base"));
    const first = await insert(db, aCustomModel({ id: unique("a"), base: { kind: "base", uid: baseUid } }));
    const second = await insert(
      db,
      aCustomModel({ id: unique("b"), base: { kind: "record", uid: first.uid } }),
    );
    const dependants = (base: { kind: "base" | "record"; uid: string }) =>
      db.database.unitOfWork.read(({ models }) => models.listDependants(base));

    expect(await dependants({ kind: "base", uid: baseUid })).toEqual([first]);
    expect(await dependants({ kind: "record", uid: first.uid })).toEqual([second]);
    expect(await dependants({ kind: "record", uid: second.uid })).toEqual([]);
    expect(await dependants({ kind: "record", uid: "?" })).toEqual([]);
  });
});

describe("pictures", () => {
  test("stores a picture apart and gives back a reference that keeps it", async ({ db }) => {
    const url = `data:image/png;base64,${pixel}`;
    const record = await insert(db, aCustomModel({ meta: { profile_image_url: url, description: "x" } }));
    const reference = String(record.meta.profile_image_url);

    const changed = await update(db, { ...record, name: "Other" });

    expect(reference).toMatch(/^corral-image:[0-9a-f]{64}$/u);
    expect(changed.meta).toEqual({ description: "x", profile_image_url: reference });
    const image = await db.database.findImage(reference.slice("corral-image:".length));
    expect(image?.mime).toBe("image/png");
    expect(Buffer.from(image?.bytes ?? []).toString("base64")).toBe(pixel);
  });

  test("deletes pictures that nobody uses any more, a day after their last use", async ({ db }) => {
    const used = await insert(db, aCustomModel({ meta: { profile_image_url: toDataUrl(unique("used")) } }));
    const unused = await insert(
      db,
      aCustomModel({ meta: { profile_image_url: toDataUrl(unique("unused")) } }),
    );
    await update(db, { ...unused, meta: { profile_image_url: "https://example.test/x.png" } });

    expect((await db.database.prune()).images).toBe(0);
    await db.client.query("update images set used_at = now() - interval '2 days'");
    await db.database.prune();

    expect(await db.database.findImage(hashOf(used))).toBeDefined();
    expect(await db.database.findImage(hashOf(unused))).toBeUndefined();
  });

  test.for([
    ["a vector picture", "data:image/svg+xml;base64,PHN2Zz4="],
    ["text", "data:text/html;base64,PHN2Zz4="],
    ["a picture without base64", "data:image/png,abc"],
    ["a reference to nothing", `corral-image:${"0".repeat(64)}`],
    ["too large a picture", `data:image/png;base64,${Buffer.alloc(200 * 1024 + 1).toString("base64")}`],
  ] as const)("refuses %s", async ([, url], { db }) => {
    await expect(insert(db, aCustomModel({ meta: { profile_image_url: url } }))).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});
