import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTestDatabase } from "@corral/db/testing";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { parseEnv } from "../src/env.ts";
import { createKeyFile, makeDataDir, readRootKeys } from "../src/root-key.ts";
import { clientFor, password, signUpAdministrator } from "./support/people.ts";
import { createServerHome, spawnServer, type SpawnedServer } from "./support/spawn-server.ts";

const timeout = 60_000;
const secretKey = createHash("sha256").update("another key").digest("base64");

/** What a start that fails has to say: one line for each thing that is wrong, no stack, no JSON. */
async function expectRefusal(server: SpawnedServer, pattern: RegExp): Promise<string> {
  expect(await server.exited).toStrictEqual({ code: 1, signal: null });
  const lines = server
    .output()
    .trim()
    .split("\n")
    .filter((line) => !/^\{"level":[34]0,/u.test(line));
  expect(lines).toStrictEqual([expect.stringMatching(pattern)]);
  return lines[0] ?? "";
}

describe.concurrent("a configuration that is wrong", () => {
  test("is reported whole, each problem with its remedy and none with a secret", { timeout }, async () => {
    await using server = spawnServer({
      CORRAL_PORT: "eighty",
      CORRAL_PUBLIC_URL: "ftp://models.example.com",
      DATABASE_URL: "mysql://root:hunter2-database@db/corral",
      CORRAL_SECRET_KEY: "hunter2-secret-key",
      CORRAL_ADMIN_EMAIL: "nobody",
      CORRAL_ADMIN_PASSWORD: "hunter2-short",
      OLLAMA_BASE_URLS: "http://user:hunter2-url@127.0.0.1:11434;http://169.254.169.254/latest",
      OPENAI_API_BASE_URLS: "http://127.0.0.1:8000/v1?key=hunter2-query",
      OPENAI_API_KEYS: "hunter2-one;hunter2 with spaces;hunter2-three",
      CORRAL_DEFAULT_VISIBILITY: "everyone",
      CORRAL_LOG_LEVEL: "loud",
      CORRAL_DRAIN_MS: "-1",
      CORRAL_HEARTBEAT_MS: "soon",
      CORRAL_WORKERS: "4",
    });

    expect(await server.exited).toStrictEqual({ code: 1, signal: null });
    const [title, ...lines] = server.output().trim().split("\n");
    expect(title).toBe("Corral cannot start: the configuration has problems.");
    expect(lines.map((line) => line.trim().split(":", 1)[0])).toStrictEqual([
      "CORRAL_PORT",
      "CORRAL_PUBLIC_URL",
      "DATABASE_URL",
      "CORRAL_SECRET_KEY",
      "CORRAL_ADMIN_EMAIL",
      "CORRAL_ADMIN_PASSWORD",
      "OLLAMA_BASE_URLS",
      "OLLAMA_BASE_URLS",
      "OPENAI_API_KEYS",
      "OPENAI_API_KEYS",
      "OPENAI_API_BASE_URLS",
      "CORRAL_DEFAULT_VISIBILITY",
      "CORRAL_LOG_LEVEL",
      "CORRAL_DRAIN_MS",
      "CORRAL_HEARTBEAT_MS",
      "CORRAL_WORKERS",
    ]);
    for (const line of lines) expect(line).toMatch(/^ {2}[A-Z_]+: .+\. .+/u);
    expect(server.output()).not.toContain("hunter2");
  });

  test("a password that everybody guesses first is refused by name", { timeout }, async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    await using server = spawnServer({
      CORRAL_DATA_DIR: home.dataDir,
      DATABASE_URL: database.url,
      CORRAL_ADMIN_EMAIL: "ada@example.com",
      CORRAL_ADMIN_PASSWORD: "passwordpassword",
    });

    const line = await expectRefusal(server, /CORRAL_ADMIN_PASSWORD/u);
    expect(line).not.toContain("passwordpassword");
  });

  test("a port that is taken", { timeout }, async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    await using other = createServer();
    await once(other.listen(0, "127.0.0.1"), "listening");
    const address = other.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    await using server = spawnServer({
      CORRAL_DATA_DIR: home.dataDir,
      DATABASE_URL: database.url,
      CORRAL_PORT: String(port),
    });

    await expectRefusal(server, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken\\..+CORRAL_PORT`, "u"));
  });

  test("an address that is not this machine's", { timeout }, async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    await using server = spawnServer({
      CORRAL_DATA_DIR: home.dataDir,
      DATABASE_URL: database.url,
      CORRAL_HOST: "203.0.113.7",
    });

    await expectRefusal(server, /203\.0\.113\.7.+CORRAL_HOST/u);
  });

  test("a data directory that is a file", { timeout }, async () => {
    await using home = await createServerHome();
    await writeFile(home.dataDir, "not a directory");
    await using server = spawnServer({ CORRAL_DATA_DIR: home.dataDir });

    await expectRefusal(server, /CORRAL_DATA_DIR/u);
  });

  test("a database that does not answer, without its password", { timeout }, async () => {
    await using home = await createServerHome();
    await using server = spawnServer({
      CORRAL_DATA_DIR: home.dataDir,
      DATABASE_URL: "postgresql://corral:hunter2@127.0.0.1:1/corral",
    });

    const line = await expectRefusal(server, /DATABASE_URL/u);
    expect(line).not.toContain("hunter2");
  });

  test("a secret key that is not the one of the data", { timeout }, async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    const environment = { CORRAL_DATA_DIR: home.dataDir, DATABASE_URL: database.url };
    {
      await using first = spawnServer(environment);
      await first.ready();
      first.kill("SIGTERM");
      await first.exited;
    }
    await using second = spawnServer({ ...environment, CORRAL_SECRET_KEY: secretKey });

    const line = await expectRefusal(second, /secret key .+ Put the old key back/u);
    expect(line).not.toContain(secretKey);
  });
});

describe.concurrent("[CFG-3] a secret key", () => {
  test("that was lost is not replaced by a new one", { timeout }, async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    const environment = { CORRAL_DATA_DIR: home.dataDir, DATABASE_URL: database.url };
    const keyFile = join(home.dataDir, "secret.key");
    {
      await using first = spawnServer(environment);
      await first.ready();
      expect(first.output()).toContain(`Made a secret key in ${keyFile}. Back it up`);
      first.kill("SIGTERM");
      await first.exited;
    }
    await rm(keyFile);
    await using second = spawnServer(environment);

    await expectRefusal(second, /no secret key.+secrets that key [0-9a-f]{8} sealed.+Put it back as/u);
    await expect(stat(keyFile)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test.for([
    ["short", Buffer.alloc(16, 1).toString("base64")],
    ["empty", ""],
    ["that of an example", Buffer.alloc(32, 0).toString("base64")],
  ])("that is %s is refused", async ([, key = ""]) => {
    await using home = await createServerHome();
    const place = { secretKey: null, oldSecretKeys: [], dataDir: home.dataDir };
    await makeDataDir(place);
    await writeFile(join(home.dataDir, "secret.key"), `${key}\n`, { mode: 0o600 });

    await expect(readRootKeys(place)).rejects.toThrow(/does not hold 32 bytes|a key that anybody can guess/u);
    expect(parseEnv({ CORRAL_SECRET_KEY: key }).ok).toBe(key === "");
  });
});

describe.concurrent("the first start", () => {
  test("prints a setup link at each start until there is an administrator", { timeout }, async () => {
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    const environment = { CORRAL_DATA_DIR: home.dataDir, DATABASE_URL: database.url };
    const codes: string[] = [];
    for (let at = 0; at < 3; at += 1) {
      await using server = spawnServer(environment);
      const { url, setupCode } = await server.ready();
      codes.push(setupCode);
      if (at === 1) {
        const wrong = signUpAdministrator({ url, setupCode: codes[0] ?? "" });
        await expect(wrong).rejects.toMatchObject({ data: { errorCode: "setup_code_invalid" } });
        await signUpAdministrator({ url, setupCode });
      }
    }

    expect(codes[0]).toMatch(/^[\w-]{16}$/u);
    expect(codes[1]).toMatch(/^[\w-]{16}$/u);
    expect(codes[1]).not.toBe(codes[0]);
    expect(codes[2]).toBe("");
  });

  test("makes the administrator and the connections of the environment, once", { timeout }, async () => {
    await using ollama = await startSimulatedOllama({ models: ["llama3.2"] });
    await using home = await createServerHome();
    await using database = await createTestDatabase();
    const environment = {
      CORRAL_DATA_DIR: home.dataDir,
      DATABASE_URL: database.url,
      CORRAL_ADMIN_EMAIL: "ada@example.com",
      CORRAL_ADMIN_PASSWORD: password,
      OLLAMA_BASE_URLS: ollama.url,
      // the same server by its other dialect: one host, two connections
      OPENAI_API_BASE_URLS: `${ollama.url}/v1`,
      OPENAI_API_KEYS: "sk-from-the-environment",
      CORRAL_DEFAULT_VISIBILITY: "public",
    };
    const seen: unknown[] = [];
    for (const urls of [ollama.url, "http://127.0.0.1:9"]) {
      await using server = spawnServer({ ...environment, OLLAMA_BASE_URLS: urls });
      const { url, setupCode } = await server.ready();
      const { token } = await clientFor(url).auth.signIn.mutate({ email: "ada@example.com", password });
      const { connections } = await clientFor(url, token).connections.list.query();
      seen.push({
        setupCode,
        connections: connections.map(({ provider, url: address, defaultVisibility, keyFingerprint }) => ({
          provider,
          address,
          visibility: defaultVisibility.kind,
          hasKey: keyFingerprint !== null,
        })),
      });
      expect(server.output().includes("Not applied: http://127.0.0.1:9")).toBe(urls !== ollama.url);
      expect(server.output()).not.toMatch(/sk-from|correct horse/u);
    }

    const expected = {
      setupCode: "",
      connections: [
        { provider: "ollama", address: ollama.url, visibility: "public", hasKey: false },
        { provider: "openai", address: `${ollama.url}/v1`, visibility: "public", hasKey: true },
      ],
    };
    expect(seen).toStrictEqual([expected, expected]);
  });

  test("several processes that start at once agree on one key file", async () => {
    await using home = await createServerHome();
    const place = { secretKey: null, oldSecretKeys: [], dataDir: home.dataDir };

    const keys = await Promise.all(
      Array.from({ length: 16 }, async () => {
        await makeDataDir(place);
        await createKeyFile(place);
        return readRootKeys(place);
      }),
    );

    expect(new Set(keys.map(([key]) => Buffer.from(key).toString("base64"))).size).toBe(1);
    expect((await stat(join(home.dataDir, "secret.key"))).mode & 0o777).toBe(0o600);
  });

  test("a signal that comes while PostgreSQL starts leaves none behind", { timeout }, async () => {
    await using home = await createServerHome();
    await using server = spawnServer({ CORRAL_DATA_DIR: home.dataDir });
    while ((await home.findPostgres()) === undefined) {
      const ended = await Promise.race([server.exited, new Promise((resolve) => setTimeout(resolve, 5))]);
      expect(ended).toBeUndefined();
    }

    server.kill("SIGTERM");

    expect(await server.exited).toStrictEqual({ code: 0, signal: null });
    expect(await home.findPostgres()).toBeUndefined();
  });

  test("works below a folder that only its owner may enter, root's too", { timeout }, async () => {
    await using home = await createServerHome();
    await mkdir(home.dataDir, { mode: 0o700 });
    expect((await stat(dirname(home.dataDir))).mode & 0o777).toBe(0o700);
    await using server = spawnServer({ CORRAL_DATA_DIR: home.dataDir });

    const { url } = await server.ready();

    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const status = await readFile(`/proc/${await home.findPostgres()}/status`, "utf8");
    expect(status).not.toMatch(/^Uid:\s+0\s/mu);
  });
});
