import { hasTitle } from "./promised-title.ts";
import type { PromisedTest, SeedProof, SeedRow } from "./seed-proof.ts";
import type { SeedUnit } from "./split-seed.ts";

/** What is known by the form of a unit: where it was taken from, and the table of contents. */
export function proofByForm({ kind, text }: SeedUnit): SeedProof | undefined {
  if (kind !== "item") return undefined;
  if (/^\[[^\]]+\]\(file:\/\/[^)]+\)$/u.test(text)) return { kind: "reference" };
  return /^\[[^\]]+\]\(#[a-z-]+\)$/u.test(text) ? { kind: "introduction" } : undefined;
}

export function proofOf(unit: SeedUnit, rows: readonly SeedRow[]): SeedProof | undefined {
  return proofByForm(unit) ?? rows.find(([number]) => number === unit.number)?.[2];
}

/** What the sentences and the table do not agree on, and tests that are not there. */
export function findSeedProblems(
  units: readonly SeedUnit[],
  rows: readonly SeedRow[],
  readFile: (file: string) => string | undefined,
): string[] {
  return [
    ...units.flatMap((unit) =>
      proofOf(unit, rows) === undefined ? [`${unit.number} leads nowhere: ${unit.text}`] : [],
    ),
    ...rows.flatMap(([number, words, proof], at) => {
      const unit = units[number - 1];
      return [
        ...(unit?.text.includes(words) === true && proofByForm(unit) === undefined
          ? []
          : [`${number} does not say "${words}"`]),
        ...(rows.findIndex(([other]) => other === number) === at ? [] : [`${number} is there twice`]),
        ...(proof.kind !== "shown" || proof.tests.length > 0 ? [] : [`${number} is shown by no test`]),
      ];
    }),
    ...[...new Set(rows.flatMap(([, , proof]) => ("tests" in proof ? proof.tests : [])))].flatMap((test) =>
      isThere(test, readFile) ? [] : [`${test.file} has no test "${test.title}"`],
    ),
  ];
}

function isThere({ file, title }: PromisedTest, readFile: (file: string) => string | undefined): boolean {
  const text = readFile(file);
  return text !== undefined && hasTitle(text, title);
}
