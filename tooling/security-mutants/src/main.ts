import { copyWorkspace } from "@corral/consistency/workspace-copy";
import { startTestCluster } from "@corral/db/testing";
import { mutants } from "./list-mutants.ts";
import { runMutant } from "./run-mutant.ts";

const usage = "pnpm mutants [--unchanged] [ID…]";

/** @returns Whether every test did what it has to. */
async function runMutants(args: readonly string[]): Promise<boolean> {
  const isUnchanged = args.includes("--unchanged");
  const wanted = new Set(args.filter((arg) => arg !== "--unchanged"));
  const chosen = mutants.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  const unknown = [...wanted].filter((id) => !chosen.some((mutant) => mutant.id === id));
  if (unknown.length > 0) throw new Error(`There is no mutant ${unknown.join(", ")}.\n${usage}`);
  await using cluster = await startTestCluster();
  await using copy = await copyWorkspace();
  const expected = isUnchanged ? "survived" : "killed";
  let asExpected = 0;
  for (const mutant of chosen) {
    const started = performance.now();
    const { outcome, because } = await runMutant(mutant, { copy, databaseUrl: cluster.url, isUnchanged });
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    if (outcome === expected) asExpected += 1;
    const mark = outcome === expected ? "  " : "! ";
    const told = isUnchanged && outcome === "survived" ? "passes" : outcome;
    print(`${mark}${mutant.id.padEnd(8)} ${told.padEnd(8)} ${seconds.padStart(3)} s  ${because}`);
  }
  print(`\n${asExpected} of ${chosen.length} ${isUnchanged ? "pass" : "killed"}`);
  return asExpected === chosen.length;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (!(await runMutants(process.argv.slice(2)))) process.exitCode = 1;
