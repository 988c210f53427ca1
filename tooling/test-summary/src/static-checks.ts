import { type CommandResult, runCommand } from "./run-command.ts";
import { addTallies, emptyTally, type Tally } from "./tally.ts";

type StaticCheck = {
  name: string;
  command: string;
  args: string[];
  /** Captures how many files were looked at: a tool that silently finds none must not pass. */
  looked?: RegExp;
};

const deadlineMs = 2 * 60_000;

const staticChecks: StaticCheck[] = [
  { name: "lint and types", command: "oxlint", args: [], looked: /on (\d+) files?/ },
  { name: "format", command: "oxfmt", args: ["--check"], looked: /on (\d+) files?/ },
  { name: "package boundaries", command: "turbo", args: ["boundaries"], looked: /Checked (\d+) files?/ },
  { name: "unused code and dependencies", command: "knip", args: ["--no-progress"] },
];

/** Runs the checks one after the other; prints a line for each, and the output of those that fail. */
export async function runStaticChecks(print: (text: string) => void): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const check of staticChecks) {
    const startedAt = performance.now();
    const result = await runCommand(check.command, check.args, { output: "capture", deadlineMs, env: quiet });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const fault = findFault(check, result);
    print(
      fault === undefined ? `✓ ${check.name} (${seconds} s)` : `✗ ${check.name}: ${fault}\n${result.output}`,
    );
    tallies.push({ ...emptyTally, ...(fault === undefined ? { passed: 1 } : { failed: 1 }) });
  }
  return addTallies(...tallies);
}

/** Notices about newer versions and telemetry would be the only thing on the screen that nobody can act on. */
const quiet = { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", NO_UPDATE_NOTIFIER: "1" };

export function findFault(
  check: Pick<StaticCheck, "command" | "looked">,
  result: CommandResult,
): string | undefined {
  if (result.timedOut) return `did not end within ${deadlineMs / 1000} s`;
  if (result.exitCode !== 0) return `${check.command} ended with exit code ${result.exitCode}`;
  if (check.looked === undefined) return undefined;
  const files = Number(check.looked.exec(result.output)?.[1] ?? 0);
  return files > 0 ? undefined : `${check.command} looked at no file`;
}
