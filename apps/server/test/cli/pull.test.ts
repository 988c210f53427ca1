import { stripVTControlCharacters } from "node:util";
import { connect } from "@corral/db/testing";
import { startSimulatedOllama, type SimulatedOllama } from "@corral/simulated-providers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createCommandWorld, type CommandWorld } from "../support/command-world.ts";
import { signUpAdministrator, type Person } from "../support/people.ts";
import { runCommand, runInTerminal } from "../support/run-in-terminal.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/** Each call is a start of Node, on a machine that may have much else to do. */
vi.setConfig({ testTimeout: 120_000 });

let world: CommandWorld;
let server: TestServer;
let ollama: SimulatedOllama;
let other: SimulatedOllama;
let ada: Person;

beforeAll(async () => {
  world = await createCommandWorld();
  server = await startTestServer({ DATABASE_URL: world.databaseUrl });
  ada = await signUpAdministrator(server);
  ollama = await startSimulatedOllama({ models: ["base"] });
  other = await startSimulatedOllama({ models: ["base"] });
  for (const [slug, { url }] of [
    ["attic", ollama],
    ["cellar", other],
  ] as const)
    await ada.trpc.connections.create.mutate({
      provider: "ollama",
      name: `The ${slug}`,
      slug,
      prefix: slug,
      url,
    });
  for (const name of ["small", "large"]) ollama.addToLibrary({ name, layerBytes: [40_000_000, 1_000] });
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await Promise.all([ollama.stop(), other.stop()]);
  await world[Symbol.asyncDispose]();
});

async function listIds(): Promise<readonly string[]> {
  const { rows } = await ada.trpc.models.list.query({ limit: 100 });
  return rows.map(({ id }) => id);
}

test("a model is pulled to the server that was named, with a bar, and the running server lists it", async () => {
  ollama.setPace({ pullMs: 60 });
  await using run = runInTerminal(["pull", "small", "--on", "attic"], world.environment);
  const code = await run.exited;
  const lines = stripVTControlCharacters(run.output()).split(/\r?\n/u);

  expect(code).toBe(0);
  expect(stripVTControlCharacters(run.output())).toMatch(/[█░]{24} +\d+ % small:latest: pulling/u);
  expect(lines.at(-2)).toMatch(/small:latest is on attic, 40\.0 MB\.$/u);
  await expect.poll(listIds).toContain("attic.small:latest");
});

test("as JSON it says what was pulled, and nothing else", async () => {
  ollama.setPace({ pullMs: 0 });
  const { code, stdout, stderr } = await runCommand(
    ["pull", "small", "--on", "The attic", "--json"],
    world.environment,
  );

  expect([code, stderr]).toStrictEqual([0, ""]);
  expect(JSON.parse(stdout)).toStrictEqual({
    model: "small:latest",
    connection: "attic",
    bytes: 40_001_000,
    restarts: 0,
  });
});

test.each([
  [["small"], "ambiguous_connection", /Say which, with --on: attic, cellar\./u],
  [["small", "--on", "loft"], "connection_not_found", /Name one of attic, cellar\./u],
  [["two words", "--on", "attic"], "invalid_input", /./u],
  [["nowhere", "--on", "attic"], "model_not_found", /./u],
  [["small", "--on", "attic", "--as", "bob@example.com"], "unknown_administrator", /ada@example\.com/u],
])("%j is a failure that says what next", async (args, code, remedy) => {
  const ended = await runCommand(["pull", ...args, "--json"], world.environment);
  const { error } = JSON.parse(ended.stdout);

  expect([ended.code, error.code]).toStrictEqual([1, code]);
  expect(error.remedy).toMatch(remedy);
});

test("Ctrl-C ends it with 130 and stops the download; another pull goes on from there", async () => {
  ollama.setPace({ pullMs: 100 });
  const before = ollama.journal.of("/api/pull").length;
  await using run = runInTerminal(["pull", "large", "--on", "attic"], world.environment);
  await run.drawn(/ [1-9]\d* % /u);
  run.interrupt();
  const code = await run.exited;

  expect(code).toBe(130);
  expect(run.output()).not.toContain("\u001b[?25l");
  await expect.poll(() => ollama.journal.of("/api/pull").at(before)?.closedByClientAt).toBeDefined();
  expect(await listIds()).not.toContain("attic.large:latest");

  ollama.setPace({ pullMs: 0 });
  expect((await runCommand(["pull", "large", "--on", "attic"], world.environment)).code).toBe(0);
  await expect.poll(listIds).toContain("attic.large:latest");
});

test("without a server the command lists what it has pulled", async () => {
  ollama.addToLibrary("later");
  await server[Symbol.asyncDispose]();
  const { code } = await runCommand(["pull", "later", "--on", "attic"], world.environment);
  await using client = await connect(world.databaseUrl);
  const { rowCount } = await client.query("select from base_models where public_id = 'attic.later:latest'");

  expect([code, rowCount]).toStrictEqual([0, 1]);
});
