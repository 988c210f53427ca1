import { parseArgs } from "node:util";

export type BenchOptions = {
  /** Names of the bars to run; `null` runs all. */
  readonly only: ReadonlySet<string> | null;
  readonly rounds: number;
  /** A missed goal fails the run. */
  readonly strict: boolean;
  /** Where CPU profiles of the measured servers are written. */
  readonly profileDir: string | null;
};

export const usage = `pnpm bench [--only 5,TIM-1] [--rounds 10] [--strict] [--profile DIRECTORY]`;

export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      rounds: { type: "string", default: "10" },
      strict: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds needs a whole number.\n${usage}`);
  return {
    only:
      values.only === undefined
        ? null
        : new Set(values.only.split(",").map((name) => name.trim().toUpperCase())),
    rounds,
    strict: values.strict,
    profileDir: values.profile ?? null,
  };
}
