import { accessRows } from "./rows/access.ts";
import { configurationRows } from "./rows/configuration.ts";
import { errorsRows } from "./rows/errors.ts";
import { listingRows } from "./rows/listing.ts";
import { managementRows } from "./rows/management.ts";
import { metadataRows } from "./rows/metadata.ts";
import { providersRows } from "./rows/providers.ts";
import type { PromisedTest, SeedRow } from "./seed-proof.ts";

/** What shows the seed, sentence by sentence. References to files and the table of contents are known by their form. */
export const seedRows: readonly SeedRow[] = [
  ...configurationRows,
  ...listingRows,
  ...managementRows,
  ...providersRows,
  ...metadataRows,
  ...accessRows,
  ...errorsRows,
];

/** Every test that a sentence leads to, once: a whole run without one of them is red. */
export function listSeedTests(): PromisedTest[] {
  const tests = seedRows.flatMap(([, , proof]) => ("tests" in proof ? proof.tests : []));
  return [...new Map(tests.map((test) => [`${test.file} ${test.title}`, test])).values()];
}
