import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listSeedTests } from "@corral/consistency/seed";

import { findBrokenPromises } from "./promised-tests.ts";
import { type CommandResult, runCommand } from "./run-command.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { tallyFileVariable } from "./vitest-reporter.ts";

/** Under the 40 minutes that a run in CI may take, so that a hanging run still ends in a report. */
const deadlineMs = 36 * 60_000;

/** Runs vitest with our reporter beside its own; `args` are handed to it. Without any, it is a run of everything. */
export async function runTests(args: string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "corral-tests-"));
  const tallyFile = join(folder, "tally.json");
  try {
    const reporter = join(import.meta.dirname, "vitest-reporter.ts");
    const result = await runCommand(
      "vitest",
      ["run", "--reporter=default", `--reporter=${reporter}`, ...args],
      { output: "stream", deadlineMs, env: { [tallyFileVariable]: tallyFile } },
    );
    const tally = judgeRun(await readTally(tallyFile), result);
    const broken = args.length === 0 ? findBrokenPromises(listSeedTests(), tally.tests) : [];
    return { ...tally, problems: [...tally.problems, ...broken] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readTally(file: string): Promise<Tally | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Adds what the counts alone do not show: vitest crashed or hung, ran nothing, or failed without saying where. */
export function judgeRun(tally: Tally | undefined, result: Omit<CommandResult, "output">): Tally {
  const { passed, failed, skipped, problems, tests } = tally ?? emptyTally;
  const found = [...problems];
  if (result.timedOut) found.push(`vitest did not end within ${deadlineMs / 60_000} minutes`);
  else if (tally === undefined) found.push(`vitest crashed with exit code ${result.exitCode}`);
  else if (passed + failed + problems.length === 0) found.push("no test ran");
  if (result.exitCode !== 0 && failed + found.length === 0) {
    found.push(`vitest ended with exit code ${result.exitCode} although no test failed`);
  }
  return { passed, failed, skipped, problems: found, tests };
}
