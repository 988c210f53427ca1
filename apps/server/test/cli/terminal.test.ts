import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { connect, seedCatalog } from "@corral/db/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { widthOf } from "../../src/cli/output/text-width.ts";
import { createCommandWorld, type CommandWorld } from "../support/command-world.ts";
import { runCommand, runInTerminal } from "../support/run-in-terminal.ts";
import { createServerHome } from "../support/spawn-server.ts";

let world: CommandWorld;

beforeAll(async () => {
  world = await createCommandWorld();
  await seedCatalog({ url: world.databaseUrl }, { models: 10_000, users: 300, groups: 30, grants: 20_000 });
});
afterAll(() => world[Symbol.asyncDispose]());

/** Each call is a start of Node, on a machine that may have much else to do. */
vi.setConfig({ testTimeout: 120_000 });

async function show(args: readonly string[], columns: number, environment: Record<string, string> = {}) {
  await using run = runInTerminal(args, { ...world.environment, ...environment }, columns);
  const code = await run.exited;
  const text = run.output();
  // what was drawn in a line and wiped out again is not there any more
  const left = text.split("\n").map((line) => line.split("\u001b[2K").at(-1));
  return { code, text, lines: stripVTControlCharacters(left.join("\n")).split(/\r?\n/u) };
}

describe("in a terminal", () => {
  test.each([60, 80, 120, 200])("of %i columns no line is wider, and none is empty", async (columns) => {
    const { code, lines } = await show(["doctor"], columns);
    const table = lines.slice(0, lines.indexOf(""));

    // none of the seeded providers is there
    expect(code).toBe(1);
    expect(table.filter((line) => widthOf(line) > columns)).toStrictEqual([]);
    expect(table.length).toBeGreaterThan(8);
  });

  test("a plan fits as well", async () => {
    const file = join(world.folder, "plan.json");
    const groups = ["Team", "模型".repeat(40), "x".repeat(200)].map((name) => ({ name, description: name }));
    await writeFile(file, JSON.stringify({ corral: 1, source: "wide", groups }));

    const { code, lines } = await show(["plan", file], 60);

    expect(code).toBe(3);
    expect(lines.filter((line) => /^\+ +create +group /u.test(line))).toHaveLength(3);
    expect(lines.filter((line) => widthOf(line) > 60)).toStrictEqual([]);
  });

  test("there are colors, unless somebody does not want them", async () => {
    // oxlint-disable-next-line no-control-regex -- that is what it looks for
    const colored = /\u001b\[3[1-4]m/u;

    // what else says so is in output.test.ts
    expect((await show(["doctor"], 80)).text).toMatch(colored);
    expect((await show(["doctor", "--no-color"], 80)).text).not.toMatch(colored);
    expect((await show(["doctor"], 80, { NO_COLOR: "1" })).text).not.toMatch(colored);
  });

  test("a long command shows how far it is, and leaves no trace of that", async () => {
    const file = join(world.folder, "whole.backup");

    const { code, text } = await show(["backup", file], 80);

    expect(code).toBe(0);
    expect(text).toMatch(/[█░]{24}/u);
    expect(text).toContain("\r\u001b[2K");
    expect(text.split("\u001b[2K").at(-1)).toContain("whole.backup: ");
  });

  test("--json is JSON and nothing else", async () => {
    const { text } = await show(["backup", join(world.folder, "json.backup"), "--json"], 80);

    expect(JSON.parse(text)).toHaveProperty("header");
  });

  test("Ctrl-C ends it with 130, the cursor shown, no file and no connection left", async () => {
    const file = join(world.folder, "interrupted.backup");
    const before = await readdir(world.folder);
    await using run = runInTerminal(["backup", file], world.environment);
    await run.drawn(/[█░]{24}/u);

    run.interrupt();

    expect(await run.exited).toBe(130);
    expect(run.output()).not.toContain("\u001b[?25l");
    expect(run.output()).toContain("Interrupted.");
    expect(await readdir(world.folder)).toStrictEqual(before);
    await using client = await connect(world.databaseUrl);
    await expect
      .poll(
        async () =>
          (
            await client.query(
              "select from pg_stat_activity where datname = current_database() and application_name like 'corral%'",
            )
          ).rowCount,
      )
      .toBe(0);
  });

  test("Ctrl-C while it prepares a PostgreSQL of its own leaves no child, and the next call goes on", async () => {
    await using home = await createServerHome();
    const environment = { CORRAL_DATA_DIR: home.dataDir };
    await using run = runInTerminal(["migrate"], environment);
    // preparing it takes a second, and begins with its password
    await expect
      .poll(() => existsSync(join(home.dataDir, "postgres-password")), { interval: 10, timeout: 60_000 })
      .toBe(true);

    run.interrupt();

    expect(await run.exited).toBe(130);
    expect(run.output()).toContain("Interrupted.");
    expect(await listProcesses(await home.databaseDirectory())).toStrictEqual([]);
    expect((await runCommand(["migrate", "--json"], environment)).code).toBe(0);
    expect(await home.findPostgres()).toBeUndefined();
  });
});

/** What still runs with this folder among its arguments. */
async function listProcesses(folder: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes(folder));
}
