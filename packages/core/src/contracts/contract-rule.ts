/** One promise of the provider port, with the code that puts a provider to the test. */
export type ContractRule = {
  /** What it is about; the title of the group in a test report. */
  readonly group: string;
  readonly title: string;
  /** Rejects when the provider does not keep the promise. */
  readonly assertKept: () => Promise<void>;
};

/** Makes the rules of one group. */
export function rulesOf(group: string): (title: string, assertKept: () => Promise<void>) => ContractRule {
  return (title, assertKept) => ({ group, title, assertKept });
}
