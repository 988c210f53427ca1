import type { WorkspaceCopy } from "@corral/consistency/workspace-copy";
import { editsOf } from "./find-problems.ts";
import { judgeRun, toPattern, type Verdict } from "./judge-run.ts";
import type { Mutant } from "./mutant.ts";

const reportFile = "mutant-report.json";
/** The slowest test takes some twenty seconds where nothing else runs. */
const timeoutMs = 300_000;

export type RunOptions = {
  readonly copy: WorkspaceCopy;
  readonly databaseUrl: string;
  /** Runs the test as it is, which has to pass. */
  readonly isUnchanged: boolean;
};

/** Runs the test of a row in the copy, without the fix, and puts the fix back. */
export async function runMutant(mutant: Mutant, options: RunOptions): Promise<Verdict> {
  const { copy, isUnchanged } = options;
  const edits = isUnchanged ? [] : editsOf(mutant);
  const before = new Map<string, string>();
  try {
    for (const { file, fix, becomes } of edits) {
      const text = await copy.read(file);
      if (text.split(fix).length !== 2)
        throw new Error(`${JSON.stringify(fix)} does not stand once in ${file}.`);
      if (!before.has(file)) before.set(file, text);
      await copy.write(
        file,
        text.replace(fix, () => becomes),
      );
    }
    return await runTest(mutant.test, options);
  } finally {
    for (const [file, text] of before) await copy.write(file, text);
  }
}

async function runTest(test: Mutant["test"], { copy, databaseUrl }: RunOptions): Promise<Verdict> {
  await copy.write(reportFile, "");
  const project = test.file.split("/").slice(0, 2).join("/");
  const chosen = ["--project", project, test.file, "-t", toPattern(test)];
  const report = ["--reporter=json", `--outputFile=${reportFile}`];
  await copy.run("vitest", ["run", "--root", ".", ...chosen, ...report], {
    env: { TEST_DATABASE_URL: databaseUrl },
    timeoutMs,
  });
  return judgeRun(await copy.read(reportFile), test);
}
