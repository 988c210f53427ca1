import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Secret } from "@corral/core";
import { createDatabase } from "@corral/db";
import { aConnection, connect, createTestDatabase, testAuthor } from "@corral/db/testing";
import { startSimulatedOpenAI } from "@corral/simulated-providers";
import { expect, test } from "vitest";
import { describeRotation, rotateKeys } from "../src/cli/commands/rotate-keys.ts";
import { parseEnv, type Env } from "../src/env.ts";
import { createKeyFile, makeDataDir, readRootKeys } from "../src/root-key.ts";
import { signUpAdministrator } from "./support/people.ts";
import { createServerHome, spawnServer } from "./support/spawn-server.ts";

const timeout = 120_000;
const patience = { timeout: 30_000 };
const child = fileURLToPath(new URL("support/run-rotation.ts", import.meta.url));

function envOf(source: Readonly<Record<string, string>>): Env {
  const parsed = parseEnv(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.env;
}

test("a running server goes on with the new key, and the next start knows it", { timeout }, async () => {
  await using home = await createServerHome();
  await using openai = await startSimulatedOpenAI();
  const environment = { CORRAL_DATA_DIR: home.dataDir };
  const env = envOf(environment);
  const readLines = async () => (await readFile(join(home.dataDir, "secret.key"), "utf8")).trim().split("\n");
  await using server = spawnServer(environment);
  const ada = await signUpAdministrator(await server.ready());
  const connectWith = (key: string) =>
    ada.trpc.connections.create.mutate({
      provider: "openai",
      name: key,
      url: openai.baseUrl,
      authType: "bearer",
      key,
    });
  const keysSeen = () => openai.journal.of("/v1/models").map(({ headers }) => headers["authorization"]);
  await connectWith("sk-before");
  const [oldLine] = await readLines();
  const listed = await ada.trpc.connections.list.query();

  const rotated = await rotateKeys(env);

  const [newLine, ...earlier] = await readLines();
  expect(rotated).toMatchObject({
    outcome: "rotated",
    unusedKeyIds: [expect.stringMatching(/^[0-9a-f]{8}$/u)],
  });
  expect(describeRotation(rotated, env)).toContain("back it up again");
  expect([newLine === oldLine, earlier]).toEqual([false, [oldLine]]);
  // nobody is signed out, and nobody sees a change but the fingerprint
  const stored = await ada.trpc.connections.list.query();
  expect(stored.connections[0]).toMatchObject({
    revision: listed.connections[0]?.revision,
    keySetAt: listed.connections[0]?.keySetAt,
  });
  await connectWith("sk-after");
  await expect.poll(keysSeen, patience).toContain("Bearer sk-after");

  const again = await rotateKeys(env);
  server.kill("SIGTERM");
  await server.exited;
  openai.journal.clear();
  await using next = spawnServer(environment);
  await next.ready();

  expect(again.outcome).toBe("rotated");
  expect(await readLines()).toHaveLength(2);
  // it lists both with the keys that it opened
  await expect
    .poll(() => new Set(keysSeen()), patience)
    .toEqual(new Set(["Bearer sk-before", "Bearer sk-after"]));
});

/** 240 sealed texts beside those that every database has. */
async function fillDatabase(env: Env, url: string): Promise<readonly string[]> {
  await makeDataDir(env);
  await createKeyFile(env);
  await using database = await createDatabase({ url, secretKey: () => readRootKeys(env) });
  const { value } = await database.unitOfWork.write(testAuthor, async ({ connections }) => {
    const uids: string[] = [];
    for (let at = 0; at < 120; at += 1) {
      const headers = { "x-team": new Secret(`header-${at}`) };
      const stored = await connections.insert(aConnection(), {
        key: new Secret(`sk-${at}`),
        clientSecret: null,
        headers,
      });
      uids.push(stored.uid);
    }
    return uids;
  });
  return value;
}

async function readSecrets(env: Env, url: string, uids: readonly string[]) {
  await using database = await createDatabase({ url, secretKey: () => readRootKeys(env) });
  return await database.unitOfWork.read(async ({ connections }) => {
    const found: string[] = [];
    for (const uid of uids) {
      const { key, headers } = await connections.getSecrets(uid);
      found.push(`${key?.reveal()} ${headers["x-team"]?.reveal()}`);
    }
    return found;
  });
}

test(
  "[SEC-4] killed ten times in the midst of it, everything opens and the work goes on",
  { timeout },
  async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    const environment = { CORRAL_DATA_DIR: home.dataDir, DATABASE_URL: database.url };
    const env = envOf(environment);
    const uids = await fillDatabase(env, database.url);
    const expected = uids.map((_, at) => `sk-${at} header-${at}`);
    await using db = await connect(database.url);
    const readKeyIds = async () => {
      const { rows } = await db.query<{ id: string }>(
        `select distinct split_part(text, '.', 2) as id
       from (select sealed_key as text from connections union select sealed_headers from connections) as texts`,
      );
      return rows.map(({ id }) => id);
    };

    const halfway: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const rotating = spawn(process.execPath, [child], {
        env: {
          PATH: "/usr/bin:/bin",
          ...environment,
          KILL_AFTER_BATCHES: String((round % 3) + 1),
          KILL_AFTER_MS: String(round),
        },
        stdio: ["ignore", "inherit", "inherit"],
      });
      await once(rotating, "close");
      halfway.push((await readKeyIds()).length);
      expect(await readSecrets(env, database.url, uids)).toStrictEqual(expected);
    }
    const finished = await rotateKeys(env);

    // some were killed between two batches, not all after the last one
    expect(halfway).toContain(2);
    expect(await readKeyIds()).toEqual([finished.keyId]);
    expect(await readSecrets(env, database.url, uids)).toStrictEqual(expected);
  },
);

test("keys in the environment are rotated with the old one beside the new one", { timeout }, async () => {
  await using home = await createServerHome();
  await using database = await createTestDatabase();
  const [one, two] = ["one", "two"].map((name) =>
    Buffer.from(name.padEnd(32, "0123456789abcdefghij")).toString("base64"),
  );
  const place = { CORRAL_DATA_DIR: home.dataDir, DATABASE_URL: database.url };
  const before = envOf({ ...place, CORRAL_SECRET_KEY: one ?? "" });
  const both = envOf({ ...place, CORRAL_SECRET_KEY: two ?? "", CORRAL_OLD_SECRET_KEYS: one ?? "" });
  const after = envOf({ ...place, CORRAL_SECRET_KEY: two ?? "" });
  const uids = await fillDatabase(before, database.url);

  const unchanged = await rotateKeys(before);
  await expect(rotateKeys(after)).rejects.toMatchObject({ code: "wrong_secret_key" });
  const done = await rotateKeys(both);

  expect(unchanged).toMatchObject({ outcome: "unchanged", resealed: 0 });
  expect(describeRotation(unchanged, before)).toContain("CORRAL_OLD_SECRET_KEYS");
  expect(done).toMatchObject({ outcome: "resumed", resealed: 242 });
  expect(await readSecrets(after, database.url, uids)).toHaveLength(120);
});

test("a lost key can be given up as docs/secrets.md says it", { timeout }, async () => {
  await using home = await createServerHome();
  await using database = await createTestDatabase();
  const environment = { CORRAL_DATA_DIR: home.dataDir, DATABASE_URL: database.url };
  const env = envOf(environment);
  const [uid = ""] = await fillDatabase(env, database.url);
  await rm(join(home.dataDir, "secret.key"));
  const page = await readFile(new URL("../../../docs/secrets.md", import.meta.url), "utf8");
  await using db = await connect(database.url);

  await db.query(/```sql\n([^`]+)```/u.exec(page)?.[1] ?? "");
  await createKeyFile(env);

  expect(await readSecrets(env, database.url, [uid])).toEqual(["undefined undefined"]);
});

test("there is nothing to rotate before the first start", async () => {
  await using home = await createServerHome();

  const refused = rotateKeys(envOf({ CORRAL_DATA_DIR: home.dataDir }));

  await expect(refused).rejects.toThrow(/secret\.key does not exist/u);
});
