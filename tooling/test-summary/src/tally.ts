/** What a run came to; `problems` are the failures that belong to no single test. */
export type Tally = {
  passed: number;
  failed: number;
  skipped: SkippedTests[];
  problems: string[];
  /** Every test that the run knew, in whatever state it ended. */
  tests: RanTest[];
};

/** A test by its file from the root and its full title, with vitest's word for how it ended. */
export type RanTest = { file: string; title: string; state: string };

export type SkippedTests = { file: string; reason: string; count: number };

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: [], problems: [], tests: [] };

export function addTallies(...tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
    problems: tallies.flatMap((tally) => tally.problems),
    tests: tallies.flatMap((tally) => tally.tests),
  };
}

/** Each problem is one failure, so that the last line can never say `0 failed` over a broken run. */
export function countFailures(tally: Tally): number {
  return tally.failed + tally.problems.length;
}

/** The end of the report: what was skipped and why, what failed outside any test, and the counts on a line alone. */
export function formatSummary(tally: Tally): string {
  const skippedCount = tally.skipped.reduce((sum, entry) => sum + entry.count, 0);
  const skippedPart = skippedCount > 0 ? `, ${skippedCount} skipped` : "";

  return [
    ...tally.skipped.map(({ file, reason, count }) => `skipped ${count} in ${file}: ${reason}`),
    ...tally.problems.map((problem) => `failed: ${problem}`),
    `${tally.passed} passed, ${countFailures(tally)} failed${skippedPart}`,
  ].join("\n");
}
