import { toTitlePattern, type PromisedTest } from "@corral/consistency/seed";
import type { RanTest } from "./tally.ts";

/** Which of the tests that docs/seed.md names a run of everything lacks, skipped or failed. */
export function findBrokenPromises(promised: readonly PromisedTest[], ran: readonly RanTest[]): string[] {
  const byFile = Map.groupBy(ran, ({ file }) => file);
  return promised.flatMap(({ file, title }) => {
    const pattern = toTitlePattern(title);
    const bearers = byFile.get(file)?.filter((test) => pattern.test(test.title)) ?? [];
    const states = new Set(bearers.map(({ state }) => state));
    states.delete("passed");
    if (bearers.length > 0 && states.size === 0) return [];
    const fate = bearers.length === 0 ? "did not run" : `ended as ${[...states].join(", ")}`;
    return [`docs/seed.md promises a test that ${fate}: ${file} > ${title}`];
  });
}
