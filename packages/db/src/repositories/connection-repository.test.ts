import {
  Secret,
  type Connection,
  type ConnectionEndpoint,
  type ConnectionSecrets,
  type NewConnection,
} from "@corral/core";
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
const secrets: ConnectionSecrets = {
  key: new Secret("sk-1"),
  clientSecret: new Secret("cs-1"),
  headers: { "x-team": new Secret("blue") },
};
const azure: ConnectionEndpoint = {
  provider: "azure-openai",
  authType: "entra",
  azure: {
    apiVersion: "2024-10-21",
    deployments: [{ name: "chat", model: "gpt-5" }],
    entra: {
      credential: {
        kind: "client-secret",
        tenantId: "contoso.example",
        clientId: "9b8f5c1a-0000-4000-8000-000000000001",
        authorityHost: "https://login.example.test",
      },
      scope: "https://cognitiveservices.azure.us/.default",
      discovery: {
        subscriptionId: "9b8f5c1a-0000-4000-8000-000000000002",
        resourceGroup: "rg-1",
        account: "acme",
        managementUrl: null,
      },
    },
  },
};

async function insert(
  db: OpenTestDatabase,
  connection: NewConnection = aConnection(),
  its: ConnectionSecrets = noSecrets,
): Promise<Connection> {
  return (
    await db.database.unitOfWork.write(testAuthor, ({ connections }) => connections.insert(connection, its))
  ).value;
}

async function update(
  db: OpenTestDatabase,
  connection: Connection,
  its?: ConnectionSecrets,
): Promise<Connection> {
  return (
    await db.database.unitOfWork.write(testAuthor, ({ connections }) => connections.update(connection, its))
  ).value;
}

async function reveal(db: OpenTestDatabase, uid: string) {
  const { key, clientSecret, headers } = await db.database.unitOfWork.read(({ connections }) =>
    connections.getSecrets(uid),
  );
  return {
    key: key?.reveal() ?? null,
    clientSecret: clientSecret?.reveal() ?? null,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
  };
}

describe("storing", () => {
  test("gives back a connection as it was stored, whole, at the end of the order", async ({ db }) => {
    const userId = await addUser(db.client);
    const previous = await insert(db);
    const wanted = aConnection({
      name: "Büro",
      endpoint: azure,
      url: "https://api.example.test/v1",
      enabled: false,
      prefix: unique("p"),
      tags: ["a", "b, c"],
      connectionType: "external",
      models: { mode: "only", ids: ["x"] },
      defaultVisibility: {
        kind: "restricted",
        read: { groupIds: [], userIds: [userId] },
        write: { groupIds: [], userIds: [] },
      },
      params: { temperature: 1 },
      timeouts: { connectMs: 500 },
      concurrency: 3,
    });

    const stored = await insert(db, wanted);

    expect(stored).toMatchObject({
      ...wanted,
      position: previous.position + 1,
      revision: 1,
      keyFingerprint: null,
    });
    expect(await db.database.unitOfWork.read(({ connections }) => connections.find(stored.uid))).toEqual(
      stored,
    );
    const all = await db.database.unitOfWork.read(({ connections }) => connections.list());
    expect(all.slice(-2)).toEqual([previous, stored]);
  });

  test("refuses a short name or prefix that is taken, and grants to nobody", async ({ db }) => {
    const first = await insert(db, aConnection({ prefix: unique("p") }));
    const grant = { groupIds: [nowhere], userIds: [] };

    await expect(insert(db, aConnection({ slug: first.slug }))).rejects.toMatchObject({ code: "name_taken" });
    await expect(
      insert(db, aConnection({ prefix: first.prefix?.toUpperCase() ?? "" })),
    ).rejects.toMatchObject({
      code: "name_taken",
    });
    await expect(
      insert(db, aConnection({ defaultVisibility: { kind: "restricted", read: grant, write: grant } })),
    ).rejects.toMatchObject({ code: "principal_not_found" });
  });
});

describe("secrets", () => {
  test("gives secrets out only where they are asked for, and shows the rest of the world a fingerprint", async ({
    db,
  }) => {
    const stored = await insert(db, aConnection(), secrets);

    expect(await reveal(db, stored.uid)).toEqual({
      key: "sk-1",
      clientSecret: "cs-1",
      headers: { "x-team": "blue" },
    });
    expect(stored.keyFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    expect(stored.clientSecretFingerprint).toMatch(/^[0-9a-f]{8}$/u);
    expect(stored.headerNames).toEqual(["x-team"]);
    expect(JSON.stringify(stored)).not.toMatch(/sk-1|cs-1|blue/u);
    const { rows } = await db.client.query("select * from connections where uid = $1", [stored.uid]);
    expect(JSON.stringify(rows)).not.toMatch(/sk-1|cs-1|blue/u);
  });

  test("keeps them when an update does not bring any, replaces and removes them when it does", async ({
    db,
  }) => {
    const stored = await insert(db, aConnection(), secrets);

    const renamed = await update(db, { ...stored, name: "Renamed" });
    expect(await reveal(db, stored.uid)).toEqual({
      key: "sk-1",
      clientSecret: "cs-1",
      headers: { "x-team": "blue" },
    });
    const same = await update(db, renamed, {
      key: new Secret("sk-1"),
      clientSecret: new Secret("cs-1"),
      headers: {},
    });
    expect(await reveal(db, stored.uid)).toEqual({ key: "sk-1", clientSecret: "cs-1", headers: {} });
    expect(same.keySetAt).toBe(stored.keySetAt);
    expect(same.clientSecretSetAt).toBe(stored.clientSecretSetAt);
    const removed = await update(db, same, noSecrets);

    expect(await reveal(db, stored.uid)).toEqual({ key: null, clientSecret: null, headers: {} });
    expect(removed).toMatchObject({
      keyFingerprint: null,
      keySetAt: null,
      clientSecretFingerprint: null,
      clientSecretSetAt: null,
      headerNames: [],
    });
  });

  test("does not open a secret that was moved to another connection's row", async ({ db }) => {
    const [rich, poor] = [await insert(db, aConnection(), secrets), await insert(db)];

    await db.client.query(
      "update connections set sealed_key = (select sealed_key from connections where uid = $1) where uid = $2",
      [rich.uid, poor.uid],
    );

    await expect(reveal(db, poor.uid)).rejects.toThrow("belongs elsewhere");
  });
});

describe("updating", () => {
  test("replaces a stored connection and counts the revision", async ({ db }) => {
    const stored = await insert(db);
    const wanted = { ...stored, name: "Other", enabled: false, position: 99, prefix: unique("p") };

    const changed = await update(db, wanted);

    expect(changed).toEqual({ ...wanted, revision: 2, updatedAt: changed.updatedAt });
  });

  test("shows a writer on an old revision the current connection", async ({ db }) => {
    const stored = await insert(db);
    const current = await update(db, { ...stored, name: "First" });

    await expect(update(db, { ...stored, name: "Second" })).rejects.toMatchObject({
      code: "revision_conflict",
      details: { current },
    });
  });

  test("does not know what is not there", async ({ db }) => {
    const stored = await insert(db);
    for (const uid of [nowhere, "?"]) {
      await expect(update(db, { ...stored, uid })).rejects.toMatchObject({ code: "connection_not_found" });
      await expect(reveal(db, uid)).rejects.toMatchObject({ code: "connection_not_found" });
      expect(await db.database.unitOfWork.read(({ connections }) => connections.find(uid))).toBeUndefined();
    }
  });
});

test("archives a connection: secrets erased, its name free, models kept only where something stands on them", async ({
  db,
}) => {
  const stored = await insert(db, aConnection(), secrets);
  const ids = [unique("overridden"), unique("based-on"), unique("unused")];
  const listed = ids.map((id) => ({ id, publicId: id, facts: {} }));
  await db.database.unitOfWork.write(testAuthor, ({ discovery }) =>
    discovery.applyListing(stored.uid, listed, new Date().toISOString()),
  );
  const bases = await db.client.query<{ uid: string; public_id: string }>(
    "select uid, public_id from base_models where public_id = any($1)",
    [ids],
  );
  const uidOf = (id: string | undefined) => bases.rows.find((row) => row.public_id === id)?.uid ?? "";
  await db.database.unitOfWork.write(testAuthor, async ({ models }) => {
    await models.insert(anOverride(uidOf(ids[0])));
    await models.insert(aCustomModel({ base: { kind: "base", uid: uidOf(ids[1]) } }));
  });

  await db.database.unitOfWork.write(testAuthor, ({ connections }) => connections.archive(stored.uid));

  const { rows } = await db.client.query(
    "select sealed_key, sealed_client_secret, sealed_headers, key_fingerprint, client_secret_fingerprint, header_names, enabled from connections where uid = $1",
    [stored.uid],
  );
  expect(rows).toEqual([
    {
      sealed_key: null,
      sealed_client_secret: null,
      sealed_headers: null,
      key_fingerprint: null,
      client_secret_fingerprint: null,
      header_names: [],
      enabled: false,
    },
  ]);
  const left = await db.client.query(
    "select public_id, (select count(*)::int from placements where base_uid = b.uid) as placements from base_models b where public_id = any($1) order by public_id desc",
    [ids],
  );
  expect(left.rows).toEqual([
    { public_id: ids[0], placements: 0 },
    { public_id: ids[1], placements: 0 },
  ]);
  expect(
    await db.database.unitOfWork.read(({ connections }) => connections.find(stored.uid)),
  ).toBeUndefined();
  await expect(insert(db, aConnection({ slug: stored.slug }))).resolves.toMatchObject({ slug: stored.slug });
});

test("an archived connection serves nothing, also where a listing of it was under way", async ({ db }) => {
  const { unitOfWork } = db.database;
  const { uid } = await insert(db);
  const id = unique("late");
  let archiving: Promise<unknown> = Promise.resolve();

  await unitOfWork.write(testAuthor, async ({ discovery }) => {
    await discovery.applyListing(uid, [{ id, publicId: id, facts: {} }], new Date().toISOString());
    let isDone = false;
    archiving = unitOfWork
      .write(testAuthor, ({ connections }) => connections.archive(uid))
      .then(() => {
        isDone = true;
      });
    await expect.poll(async () => isDone || (await isSomebodyWaiting(db))).toBe(true);
  });
  await archiving;

  const { rows } = await db.client.query("select from base_models where public_id = $1", [id]);
  expect(rows).toHaveLength(0);
});

async function isSomebodyWaiting({ client }: OpenTestDatabase): Promise<boolean> {
  const { rows } = await client.query(
    "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
  );
  return rows.length > 0;
}
