import { runTests } from "./run-tests.ts";
import { runStaticChecks } from "./static-checks.ts";
import { addTallies, countFailures, emptyTally, formatSummary } from "./tally.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);

// `--checks-only` leaves the tests out, `--tests-only` the static checks; everything else is for vitest.
const args = process.argv.slice(2);
const vitestArgs = args.filter((arg) => arg !== "--checks-only" && arg !== "--tests-only");

const checks = args.includes("--tests-only") ? emptyTally : await runStaticChecks(print);
const tests = args.includes("--checks-only") ? emptyTally : await runTests(vitestArgs);

const tally = addTallies(checks, tests);
print(`\n${formatSummary(tally)}`);
process.exitCode = countFailures(tally) > 0 ? 1 : 0;
