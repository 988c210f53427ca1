import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { checkLeftBehind } from "../../src/cli/doctor/check-left-behind.ts";
import { createCommandWorld } from "../support/command-world.ts";
import { signUpAdministrator } from "../support/people.ts";
import { runCommand } from "../support/run-in-terminal.ts";
import { createServerHome, spawnServer } from "../support/spawn-server.ts";
import { startTestServer } from "../support/start-test-server.ts";

/** Each call is a start of Node, on a machine that may have much else to do. */
vi.setConfig({ testTimeout: 120_000 });

const document = `corral: 1
source: commands
groups:
  - name: Support
    description: Answers
    members: [ada@example.com]
`;

test("a database is made ready for people and programs by commands alone", async () => {
  await using world = await createCommandWorld("template0");
  const run = (...args: string[]) => runCommand(args, world.environment);

  const early = await run("user", "create", "ada@example.com", "--role", "admin", "--json");
  const migrated = await run("migrate", "--json");
  const made = await run("user", "create", "ada@example.com", "--role", "admin", "--json");
  const key = await run("key", "create", "ada@example.com", "--days", "7");

  expect(JSON.parse(early.stdout)).toMatchObject({ error: { code: "schema_outdated" } });
  expect(early.code).toBe(1);
  expect(JSON.parse(migrated.stdout).migrations).toBeGreaterThan(10);
  const { user, password } = JSON.parse(made.stdout);
  expect(user).toMatchObject({ email: "ada@example.com", role: "admin" });
  await using server = await startTestServer({ DATABASE_URL: world.databaseUrl });
  const models = await fetch(`${server.url}/v1/models`, {
    headers: { authorization: `Bearer ${key.stdout.trim()}` },
  });
  expect(models.status).toBe(200);
  const signIn = await fetch(`${server.url}/trpc/auth.signIn`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password }),
  });
  expect(signIn.status).toBe(200);
});

test("a document is planned, applied and written again; differences are exit code 3", async () => {
  await using world = await createCommandWorld();
  const run = (args: string[], input = "") => runCommand(args, world.environment, input);
  const file = join(world.folder, "catalog.yaml");
  await writeFile(file, document);
  await run(
    ["user", "create", "ada@example.com", "--role", "admin", "--password-stdin"],
    "correct horse battery\n",
  );

  const planned = await run(["plan", "-", "--json"], document);
  const applied = await run(["apply", file]);
  const again = await run(["plan", file]);
  const exported = await run(["export", "--no-stamps"]);
  const written = await run(["export", "--output", join(world.folder, "all.json"), "--json"]);

  expect([planned.code, applied.code, again.code, exported.code]).toStrictEqual([3, 0, 0, 0]);
  expect(JSON.parse(planned.stdout)).toMatchObject({ hasChanges: true, counts: { create: 1 } });
  expect(applied.stdout).toMatch(/\+ +created +group +Support/u);
  expect(again.stdout).toBe("There is nothing to do.\n");
  expect(exported.stdout).toContain("name: Support");
  expect(JSON.parse(written.stdout)).toMatchObject({ format: "json", counts: { groups: 1 } });
  expect(JSON.parse(await readFile(join(world.folder, "all.json"), "utf8"))).toHaveProperty("groups");
});

test("a backup made beside a running server is restored onto another database", async () => {
  await using server = await startTestServer();
  await using target = await createCommandWorld("template0");
  const environment = { ...target.environment, DATABASE_URL: server.databaseUrl };
  const file = join(target.folder, "corral.backup");
  await runCommand(["user", "create", "ada@example.com", "--role", "admin"], environment);
  const backup = await runCommand(["backup", file, "--json"], environment);

  const onItself = await runCommand(["restore", file, "--replace"], environment);
  const restored = await runCommand(["restore", file, "--json"], target.environment);
  const refused = await runCommand(["restore", file, "--json"], target.environment);

  expect(JSON.parse(backup.stdout)).toMatchObject({ file, header: { version: "0.1.0" } });
  expect(onItself.stderr).toContain("Corral is running on this database");
  expect(JSON.parse(restored.stdout).rows).toBe(JSON.parse(backup.stdout).rows);
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "target_not_empty" } });
  expect([backup.code, onItself.code, restored.code, refused.code]).toStrictEqual([0, 1, 0, 1]);
  expect(await readdir(target.folder)).toStrictEqual(
    ["corral.backup", "data"].filter((name) => name !== "data"),
  );
});

test("commands join the embedded database of a running server, which then shows what they did", async () => {
  await using home = await createServerHome();
  const environment = { CORRAL_DATA_DIR: home.dataDir };
  await using server = spawnServer({
    ...environment,
    CORRAL_ADMIN_EMAIL: "ada@example.com",
    CORRAL_ADMIN_PASSWORD: "correct horse battery",
  });
  const { url } = await server.ready();

  const key = await runCommand(["key", "create", "ada@example.com"], environment);

  expect(key.code).toBe(0);
  const headers = { authorization: `Bearer ${key.stdout.trim()}` };
  expect((await fetch(`${url}/v1/models`, { headers })).status).toBe(200);
});

describe("a call that is wrong", () => {
  test.each([
    [["nope"], 2, "unknown command 'nope'"],
    [["plan"], 2, "missing required argument 'file'"],
    [["export", "--format", "xml"], 2, "Allowed choices are"],
    [["plan", "missing.yaml"], 1, "missing.yaml cannot be read (ENOENT)."],
    [["restore", "/dev/null"], 1, "is not a backup"],
  ])("%j ends with %i", async (args, code, message) => {
    await using world = await createCommandWorld();

    const ended = await runCommand(args, world.environment);

    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(message);
    expect(ended.stdout).toBe("");
  });

  test("names every problem of the configuration, and no secret", async () => {
    const ended = await runCommand(["export"], { CORRAL_PORT: "x", CORRAL_SECRET_KEY: "canary-secret" });

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("CORRAL_PORT");
    expect(ended.stderr).toContain("CORRAL_SECRET_KEY");
    expect(ended.stderr).not.toContain("canary");
  });
});

test("doctor finds what is broken and says how to mend it", async () => {
  await using world = await createCommandWorld();
  await using server = await startTestServer();
  const port = new URL(server.url).port;

  const well = await runCommand(["doctor", "--json"], world.environment);
  const busy = await runCommand(["doctor", "--json"], { ...world.environment, CORRAL_PORT: port });
  const away = await runCommand(["doctor"], {
    ...world.environment,
    DATABASE_URL: "postgres://nobody@127.0.0.1:9/x",
  });

  expect(well.code).toBe(0);
  const found = JSON.parse(well.stdout).findings.map(
    ({ name, status }: { name: string; status: string }) => `${name} ${status}`,
  );
  // what other clones have left on this machine is theirs
  expect(found.map((line: string) => line.replace(/^left behind .*/u, "left behind"))).toStrictEqual([
    "node ok",
    "configuration ok",
    "data directory ok",
    "secret key ok",
    "port ok",
    "left behind",
    "database warning",
    "schema ok",
    "notifications ok",
    "clocks ok",
    "providers skipped",
  ]);
  expect(busy.stdout).toContain(`Corral answers at 127.0.0.1:${port}.`);
  expect(away.code).toBe(1);
  expect(away.stdout).toContain(
    "Check that it runs and that address, user, password and database are right.",
  );
});

test("doctor tells a provider that does not answer, and one whose clock is wrong", async () => {
  await using server = await startTestServer();
  const ada = await signUpAdministrator(server);
  await using early = await startListing(60 * 60 * 1_000);
  await using right = await startListing(0);
  const providers = { early: early.url, right: right.url, away: "http://127.0.0.1:9" };
  for (const [slug, url] of Object.entries(providers))
    await ada.trpc.connections.create.mutate({ provider: "ollama", slug, name: slug, url });

  const ended = await runCommand(["doctor", "--json"], {
    DATABASE_URL: server.databaseUrl,
    CORRAL_SECRET_KEY: server.secretKey,
    CORRAL_PORT: "0",
  });

  const findings: { name: string; status: string; message: string }[] = JSON.parse(ended.stdout).findings;
  const about = findings.filter(({ name }) => /^(?:provider|clock of) /u.test(name));
  expect(about.map(({ name, status }) => `${name} ${status}`).toSorted()).toStrictEqual([
    "clock of early warning",
    "provider away failed",
    "provider early ok",
    "provider right ok",
  ]);
  expect(about.find(({ status }) => status === "warning")?.message).toMatch(
    /clock is (?:3599|36\d\d)\.\d s ahead/u,
  );
  expect(ended.code).toBe(1);
});

test("doctor names databases of clones that are gone, says how to remove them, and removes none", async () => {
  await using world = await createCommandWorld();
  const left = join(world.folder, "0123456789abcdef");
  await mkdir(left);
  await writeFile(join(left, "data-directory"), "/nowhere/.corral");

  const finding = await checkLeftBehind({ dataDir: join(world.folder, "data") }, world.folder);

  const isRoot = (await stat(left)).uid === 0;
  expect(finding).toMatchObject(
    isRoot
      ? {
          status: "warning",
          message: expect.stringContaining(`${left} (of /nowhere/.corral)`) as unknown,
          remedy: expect.stringContaining(`rm -r ${left}`) as unknown,
        }
      : { status: "ok" },
  );
  expect(await readdir(left)).toStrictEqual(["data-directory"]);
});

/** A provider without models, whose clock is so far ahead. */
async function startListing(aheadMs: number): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString());
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ models: [], version: "0.12.0" }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // safe: it listens at a port
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("the script for bash completes commands, options and values", async () => {
  const { stdout } = await runCommand(["completion", "bash"], {});
  const complete = (...words: string[]) =>
    execFileSync(
      "bash",
      [
        "-c",
        `${stdout}\nCOMP_WORDS=(corral ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _corral; echo "\${COMPREPLY[*]}"`,
      ],
      { encoding: "utf8" },
    ).trim();

  expect(complete("re")).toBe("restore");
  expect(complete("user", "")).toContain("create");
  expect(complete("apply", "--s")).toBe("--strict");
  expect(complete("completion", "f")).toBe("fish");
});
