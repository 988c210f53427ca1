import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, seedCatalog } from "@corral/db/testing";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createProgram } from "../../src/cli/create-program.ts";
import type { CliHost } from "../../src/cli/cli-host.ts";
import { widthOf } from "../../src/cli/output/text-width.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { createCommandWorld, type CommandWorld } from "../support/command-world.ts";
import type { Ended } from "../support/run-in-terminal.ts";
import { quietHost, quietOptions } from "./quiet-host.ts";

/*
 * Every command, called as its process calls it, without the start of one. terminal.test.ts has some of them in a
 * terminal.
 */

/** Much is read from disk when a command runs for the first time, on a machine that may have much else to do. */
vi.setConfig({ testTimeout: 120_000 });

let world: CommandWorld;
let empty: CommandWorld;
beforeAll(async () => {
  world = await createCommandWorld("template0");
  empty = await createCommandWorld("template0");
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await empty[Symbol.asyncDispose]();
});

type Called = {
  readonly columns?: number;
  readonly interruptAt?: RegExp;
  readonly interruptWhen?: () => Promise<void>;
};

/** @param how.interruptAt Ctrl-C as soon as the terminal shows this. */
async function call(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { columns = 80, interruptAt, interruptWhen }: Called = {},
): Promise<Ended> {
  const ended = Promise.withResolvers<number>();
  const written = { stdout: "", stderr: "" };
  let interrupt: ((signal: "SIGINT") => void) | undefined;
  const streamTo = (name: keyof typeof written, isTerminal: boolean) => ({
    isTerminal,
    columns: () => columns,
    write: (text: string) => {
      written[name] += text;
      if (interruptAt?.test(text) === true) queueMicrotask(() => interrupt?.("SIGINT"));
    },
  });
  const host: CliHost = {
    terminal: {
      isTerminal: false,
      nodeVersion: process.versions.node,
      print: () => undefined,
      printError: () => undefined,
      fail: () => undefined,
    },
    arguments: args,
    environment,
    stdin: (async function* () {})(),
    stdout: streamTo("stdout", false),
    stderr: streamTo("stderr", true),
    onSignal: (listener) => {
      interrupt = listener;
      return () => (interrupt = undefined);
    },
    end: ended.resolve,
    leave: ended.resolve,
    onClosedPipe: () => undefined,
  };
  await Promise.all([runCli(host), interruptWhen?.().then(() => interrupt?.("SIGINT"))]);
  return { code: await ended.promise, ...written };
}

const document = JSON.stringify({ corral: 1, source: "every", groups: [{ name: "Support" }] });
const webui = JSON.stringify([{ id: "came", name: "Came", base_model_id: "gone", params: {}, meta: {} }]);
const [backup, file, foreign] = ["all.backup", "document.json", "webui.json"];

type Row = { readonly args: readonly string[]; readonly has: string; readonly code?: number };

/** One way to call each, in an order that works. `start` is the server, whose log is lines of JSON. */
const rows: Readonly<Record<string, (folder: string) => Row>> = {
  migrate: () => ({ args: [], has: "migrations" }),
  "user create": () => ({ args: ["ada@example.com", "--role", "admin"], has: "password" }),
  "key create": () => ({ args: ["ada@example.com"], has: "apiKey" }),
  doctor: () => ({ args: [], has: "findings" }),
  plan: (folder) => ({ args: [join(folder, file)], has: "hasChanges", code: 3 }),
  apply: (folder) => ({ args: [join(folder, file)], has: "applied" }),
  import: (folder) => ({ args: ["open-webui", join(folder, foreign)], has: "hasChanges", code: 3 }),
  // pull.test.ts has the ones that succeed
  pull: () => ({ args: ["llama3.2"], has: "error", code: 1 }),
  export: () => ({ args: [], has: "text" }),
  "rotate-keys": () => ({ args: [], has: "outcome" }),
  backup: (folder) => ({ args: [join(folder, backup)], has: "rows" }),
  restore: (folder) => ({ args: [join(folder, backup)], has: "epoch" }),
  completion: () => ({ args: ["fish"], has: "script" }),
};

test("--json of every command is one JSON object, and so is its failure", async () => {
  await writeFile(join(world.folder, file), document);
  await writeFile(join(world.folder, foreign), webui);
  const names = listNames(createProgram(quietHost, { ...quietOptions }));
  const told: [string, number | null, boolean][] = [];

  for (const [name, toRow] of Object.entries(rows)) {
    const { args, has } = toRow(world.folder);
    const { environment } = name === "restore" ? empty : world;
    const { stdout, code } = await call([...name.split(" "), ...args, "--json"], environment);
    told.push([name, code, has in JSON.parse(stdout)]);
  }
  const broken = { ...world.environment, CORRAL_PORT: "none" };
  const failures = [];
  for (const name of Object.keys(rows).filter((each) => each !== "completion" && each !== "doctor")) {
    const { stdout, code } = await call(
      [...name.split(" "), ...(rows[name]?.("").args ?? []), "--json"],
      broken,
    );
    failures.push([name, code, JSON.parse(stdout).error.code]);
  }

  expect(names).toStrictEqual(["start", ...Object.keys(rows)].toSorted());
  expect(told).toStrictEqual(Object.entries(rows).map(([name, row]) => [name, row("").code ?? 0, true]));
  expect(failures.filter(([, code]) => code !== 1)).toStrictEqual([]);
  for (const [, , code] of failures) expect(code).toMatch(/^[a-z_]+$/u);
});

test.each([60, 80, 120, 200])("the help of every command fits into %i columns", async (columns) => {
  for (const name of ["", "start", ...Object.keys(rows)]) {
    const { code, stdout } = await call(["help", ...name.split(" ").filter(Boolean)], {}, { columns });

    expect([code, stdout.startsWith("Usage: corral")]).toStrictEqual([0, true]);
    expect(Math.max(...stdout.split("\n").map(widthOf))).toBeLessThanOrEqual(columns);
  }
});

describe("Ctrl-C", () => {
  let full: CommandWorld;
  beforeAll(async () => {
    full = await createCommandWorld();
    await seedCatalog({ url: full.databaseUrl }, { models: 5_000, users: 50, groups: 10, grants: 5_000 });
    await call(["user", "create", "ada@example.com", "--role", "admin"], full.environment);
  });
  afterAll(() => full[Symbol.asyncDispose]());

  test("in a backup ends with 130 and leaves no file, whole or in part", async () => {
    const { code, stdout, stderr } = await call(
      ["backup", join(full.folder, "cut.backup")],
      full.environment,
      {
        interruptAt: /[█░]/u,
      },
    );

    expect([code, stdout, stderr.endsWith("\r\u001b[2KInterrupted.\n")]).toStrictEqual([130, "", true]);
    expect(await readdir(full.folder)).toStrictEqual([]);
    await expectNobodyConnected(full);
  });

  test("in a restore ends with 130, and the database is as empty as it was", async () => {
    const path = join(full.folder, "whole.backup");
    await using target = await createCommandWorld("template0");
    await call(["backup", path], full.environment);

    const cut = await call(["restore", path], target.environment, { interruptAt: /[█░]/u });
    const rows = await countRows(target, "select from model_records union all select from users");
    const whole = await call(["restore", path], target.environment);

    expect([cut.code, cut.stdout, rows]).toStrictEqual([130, "", 0]);
    expect(whole.code).toBe(0);
    await expectNobodyConnected(target);
  });

  test("in an apply ends with 130; what is complete stays, nothing is half done, and another apply makes the rest", async () => {
    const path = join(full.folder, "two.json");
    const models = [{ id: "new-model", baseModelId: "not-there" }];
    await writeFile(
      path,
      JSON.stringify({ corral: 1, source: "two", groups: [{ name: "New group" }], models }),
    );
    const apply = ["apply", path, "--as", "ada@example.com"];
    const made = async () => [
      await countRows(full, "select from groups where name = 'New group'"),
      await countRows(full, "select from model_records where id = 'new-model'"),
    ];
    const cut = await (async () => {
      // models have to wait while somebody else holds their table
      await using other = await connect(full.databaseUrl);
      await other.query("begin; lock table model_records in share row exclusive mode");
      const reached = Promise.withResolvers<void>();
      const ended = call(apply, full.environment, { interruptWhen: () => reached.promise });
      await expect.poll(made, { timeout: 60_000 }).toEqual([1, 0]);
      reached.resolve();
      // the signal comes before the table is free
      await reached.promise;
      await other.query("commit");
      return ended;
    })();
    await expectNobodyConnected(full);
    const partly = await made();
    const again = await call(apply, full.environment);

    expect([cut.code, cut.stdout]).toStrictEqual([130, ""]);
    expect(partly[0]).toBe(1);
    expect([again.code, await made()]).toStrictEqual([0, [1, 1]]);
  });

  test("in an import ends with 130; what a transaction had not finished is not there, and another import makes it", async () => {
    const path = join(full.folder, foreign);
    await writeFile(path, webui);
    const bring = ["import", "open-webui", path, "--apply", "--as", "ada@example.com"];
    const made = () => countRows(full, "select from model_records where id = 'came'");
    const waiting = () => countRows(full, "select from pg_locks where not granted");
    const cut = await (async () => {
      await using other = await connect(full.databaseUrl);
      await other.query("begin; lock table model_records in share row exclusive mode");
      const reached = Promise.withResolvers<void>();
      const ended = call(bring, full.environment, { interruptWhen: () => reached.promise });
      await expect.poll(waiting, { timeout: 60_000 }).toBe(1);
      reached.resolve();
      const { code } = await ended;
      await other.query("commit");
      return code;
    })();
    await expectNobodyConnected(full);
    const partly = await made();
    const again = await call(bring, full.environment);

    expect([cut, partly]).toStrictEqual([130, 0]);
    expect([again.code, await made()]).toStrictEqual([0, 1]);
  });
});

async function countRows({ databaseUrl }: CommandWorld, query: string): Promise<number | null> {
  await using client = await connect(databaseUrl);
  return (await client.query(query)).rowCount;
}

async function expectNobodyConnected(of: CommandWorld): Promise<void> {
  const others =
    "select from pg_stat_activity where datname = current_database() and application_name like 'corral%'";
  await expect.poll(() => countRows(of, others)).toBe(0);
}

function listNames(command: Command, before: readonly string[] = []): string[] {
  return command.commands
    .filter((child) => child.name() !== "help")
    .flatMap((child) => {
      const path = [...before, child.name()];
      return child.commands.length === 0 ? [path.join(" ")] : listNames(child, path);
    })
    .toSorted();
}
