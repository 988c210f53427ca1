import type { Edit, Mutant } from "./mutant.ts";

type Table = {
  /** Of `docs/security.md`. */
  readonly ids: readonly string[];
  readonly mutants: readonly Mutant[];
  readonly unmutated: Readonly<Record<string, string>>;
};

/** What the table and the repository do not agree on. `read` throws for a file that is not there. */
export function findProblems({ ids, mutants, unmutated }: Table, read: (file: string) => string): string[] {
  const isShown = (id: string): boolean => mutants.some((mutant) => mutant.id === id);
  return [
    ...ids
      .filter((id) => isShown(id) === (unmutated[id] !== undefined))
      .map((id) => `${id} needs a row, or else a reason why it has none`),
    ...[...mutants.map(({ id }) => id), ...Object.keys(unmutated)]
      .filter((id) => !ids.includes(id))
      .map((id) => `${id} is no id of docs/security.md`),
    ...mutants.flatMap((mutant) => findRowProblems(mutant, read)),
  ];
}

function findRowProblems({ id, test, ...mutant }: Mutant, read: (file: string) => string): string[] {
  const told = editsOf(mutant)
    .map(({ file, fix }) => ({ file, fix, times: read(file).split(fix).length - 1 }))
    .filter(({ times }) => times !== 1)
    .map(({ file, fix, times }) => `${id}: ${JSON.stringify(fix)} stands ${times} times in ${file}`);
  if (!test.title.includes(id)) told.push(`${id}: "${test.title}" does not bear the id`);
  if (!read(test.file).includes(test.title)) told.push(`${id}: ${test.file} has no "${test.title}"`);
  return told;
}

/** Everything that is taken away at once. */
export function editsOf({ file, fix, becomes, also }: Edit & { readonly also?: Edit }): readonly Edit[] {
  return [{ file, fix, becomes }, ...(also === undefined ? [] : [also])];
}
