import { Secret } from "@corral/core";
import { expect, test } from "vitest";
import { createDatabase } from "./database.ts";
import { openSecretRotation } from "./rotate-secrets.ts";
import { sealedColumns } from "./sealed-columns.ts";
import { keyIdOf, type RootKeys } from "./secret-box.ts";
import {
  aConnection,
  openTestDatabase,
  testAuthor,
  testSecretKey,
  type OpenTestDatabase,
} from "./testing/index.ts";

const newKey = new Uint8Array(32).fill(9);
const endpoint = { provider: "openai", authType: "bearer", azure: null } as const;

async function insertConnections(db: OpenTestDatabase, count: number): Promise<readonly string[]> {
  const uids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { value } = await db.database.unitOfWork.write(testAuthor, ({ connections }) =>
      connections.insert(aConnection({ endpoint }), {
        key: new Secret(`sk-${at}`),
        clientSecret: new Secret(`client-${at}`),
        headers: { "x-team": new Secret(`header-${at}`) },
      }),
    );
    uids.push(value.uid);
  }
  return uids;
}

async function readKeys(db: { readonly url: string }, keys: RootKeys, uids: readonly string[]) {
  await using database = await createDatabase({ url: db.url, secretKey: async () => keys });
  return await database.unitOfWork.read(async ({ connections }) => {
    const found: (string | undefined)[][] = [];
    for (const uid of uids) {
      const { key, clientSecret, headers } = await connections.getSecrets(uid);
      found.push([key?.reveal(), clientSecret?.reveal(), headers["x-team"]?.reveal()]);
    }
    return found;
  });
}

test("seals everything anew, in batches, and without a change that anybody would see", async () => {
  await using db = await openTestDatabase();
  const uids = await insertConnections(db, 60);
  const stateOf = () =>
    db.client.query(
      "select uid, revision, updated_at, key_set_at, header_names from connections order by uid",
    );
  const lines = () =>
    db.client.query("select count(*)::int as n from changes where target_kind = 'connection'");
  const [before, linesBefore] = [await stateOf(), await lines()];
  const progress: number[] = [];

  const done = await (async () => {
    await using rotation = await openSecretRotation(db.url);
    return await rotation.reseal([newKey, testSecretKey], { onProgress: (count) => progress.push(count) });
  })();

  expect(done).toBe(60 * 3 + 2);
  expect(progress.at(-1)).toBe(done);
  expect(progress.length).toBeGreaterThan(3);
  expect((await stateOf()).rows).toStrictEqual(before.rows);
  expect((await lines()).rows).toStrictEqual(linesBefore.rows);
  expect(await readKeys(db, [newKey], uids)).toStrictEqual(
    uids.map((_, at) => [`sk-${at}`, `client-${at}`, `header-${at}`]),
  );
  const actions = await db.client.query("select distinct action from changes where target_kind = 'settings'");
  expect(actions.rows).toContainEqual({ action: "secrets.rotate" });
});

test("goes on where it was interrupted, and has nothing to do the second time", async () => {
  await using db = await openTestDatabase();
  const uids = await insertConnections(db, 120);
  await using rotation = await openSecretRotation(db.url);
  const stop = new AbortController();

  const interrupted = rotation.reseal([newKey, testSecretKey], {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  });
  await expect(interrupted).rejects.toThrow(/abort/u);
  const halfway = await rotation.count();
  const rest = await rotation.reseal([newKey, testSecretKey]);
  const again = await rotation.reseal([newKey, testSecretKey]);

  expect([...halfway.keys()].toSorted()).toEqual([newKey, testSecretKey].map(keyIdOf).toSorted());
  expect([halfway.get(keyIdOf(newKey)), rest, again]).toEqual([100, 262, 0]);
  expect(await readKeys(db, [newKey], uids)).toHaveLength(120);
});

test("writes nothing when a key is missing, and names it", async () => {
  await using db = await openTestDatabase();
  await insertConnections(db, 1);
  await using rotation = await openSecretRotation(db.url);
  const before = await rotation.count();

  const refused = rotation.reseal([newKey]);

  await expect(refused).rejects.toMatchObject({
    code: "wrong_secret_key",
    message: expect.stringContaining(keyIdOf(testSecretKey)),
  });
  expect(await rotation.count()).toStrictEqual(before);
});

test("refuses a second one at the same time", async () => {
  await using db = await openTestDatabase();
  await using _rotation = await openSecretRotation(db.url);

  await expect(openSecretRotation(db.url)).rejects.toMatchObject({ code: "rotation_running" });
});

test("a running process seals with the new key as soon as it is there, and opens both", async () => {
  await using db = await openTestDatabase();
  let keys: RootKeys = [testSecretKey];
  await using running = await createDatabase({ url: db.url, secretKey: async () => keys });
  const add = (key: string) =>
    running.unitOfWork.write(testAuthor, ({ connections }) =>
      connections.insert(aConnection({ endpoint }), {
        key: new Secret(key),
        clientSecret: null,
        headers: {},
      }),
    );
  const before = await add("sk-before");

  keys = [newKey, testSecretKey];
  const after = await add("sk-after");
  {
    await using rotation = await openSecretRotation(db.url);
    await rotation.reseal(keys);
  }
  keys = [newKey];

  const secrets = await running.unitOfWork.read(({ connections }) =>
    Promise.all(
      [before, after].map(async ({ value: { uid } }) => (await connections.getSecrets(uid)).key?.reveal()),
    ),
  );
  expect(secrets).toEqual(["sk-before", "sk-after"]);
});

test("[SEC-3] two rows whose ciphertexts were swapped do not open", async () => {
  await using db = await openTestDatabase();
  const [one = "", other = ""] = await insertConnections(db, 2);

  await db.client.query(
    `update connections set sealed_key = (select sealed_key from connections o where o.uid <> connections.uid)`,
  );

  for (const uid of [one, other]) {
    await expect(
      db.database.unitOfWork.read(({ connections }) => connections.getSecrets(uid)),
    ).rejects.toThrow("belongs elsewhere");
  }
});

test("knows every column that holds a sealed text", async () => {
  await using db = await openTestDatabase();
  const { rows } = await db.client.query<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = 'public' and column_name like 'sealed%'`,
  );

  const known = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  expect(rows.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual(
    known.filter((name) => name !== "settings.value").toSorted(),
  );
});
