import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule } from "vitest/node";

import type { SkippedTests, Tally } from "./tally.ts";

/** The variable that names the file into which the reporter writes its {@link Tally} as JSON. */
export const tallyFileVariable = "CORRAL_TEST_TALLY_FILE";

class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const file = process.env[tallyFileVariable];
    if (file !== undefined) writeFileSync(file, JSON.stringify(toTally(modules, unhandledErrors)));
  }
}

/** Counts tests; failed hooks, files that did not load, and errors outside any test become problems. */
function toTally(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const withState = (state: string): TestCase[] => tests.filter((test) => test.result().state === state);

  return {
    passed: withState("passed").length,
    failed: withState("failed").length,
    skipped: groupSkipped(withState("skipped")),
    tests: tests.map((test) => ({
      file: fileOf(test.module),
      title: test.fullName,
      state: test.result().state,
    })),
    problems: [
      ...groups.flatMap((group) => {
        const where = group.type === "module" ? fileOf(group) : `${fileOf(group.module)} > ${group.fullName}`;
        return group.errors().map((error) => `${where}: ${firstLine(error)}`);
      }),
      ...withState("pending").map((test) => `${fileOf(test.module)} > ${test.fullName}: did not end`),
      ...unhandledErrors.map((error) => `error outside any test: ${firstLine(error)}`),
    ],
  };
}

function groupSkipped(tests: TestCase[]): SkippedTests[] {
  const groups = new Map<string, SkippedTests>();
  for (const test of tests) {
    const file = fileOf(test.module);
    const reason = skipReason(test);
    const key = JSON.stringify([file, reason]);
    groups.set(key, { file, reason, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

function skipReason(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" ? result.note : undefined) ?? "no reason given";
}

function fileOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}

function firstLine(error: SerializedError): string {
  return error.message.split("\n", 1)[0] ?? "unknown error";
}

// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default TallyReporter;
