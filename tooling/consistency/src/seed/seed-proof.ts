/** A test, by its file and its full title or the part of it that is the same in every row of a table. */
export type PromisedTest = { readonly file: string; readonly title: string };

/** What becomes of a sentence of the seed. */
export type SeedProof =
  /** Names what follows, or what the page is about: there is nothing in it to show. */
  | { readonly kind: "introduction" }
  /** Says where the text was taken from. */
  | { readonly kind: "reference" }
  | { readonly kind: "shown"; readonly tests: readonly PromisedTest[] }
  /** Is done in another way, which the tests show. */
  | {
      readonly kind: "settled";
      readonly section: DecisionSection;
      readonly instead: string;
      readonly tests: readonly PromisedTest[];
    };

/** The sections of the decisions that the project was given beside the seed, by number. */
export const decisionSections = {
  1: "Vocabulary",
  2: "Rights",
  3: "Writing",
  4: "Listing",
  5: "Params: who wins",
  6: "Statuses",
  7: "The two REST mounts",
} as const;
export type DecisionSection = keyof typeof decisionSections;

/** The sentence by its number, some words of it, so that a reader of the table and the check see which it is, and its proof. */
export type SeedRow = readonly [number: number, words: string, proof: SeedProof];

export const introduction: SeedProof = { kind: "introduction" };

export function shown(...tests: readonly PromisedTest[]): SeedProof {
  return { kind: "shown", tests };
}

export function settled(
  section: DecisionSection,
  instead: string,
  ...tests: readonly PromisedTest[]
): SeedProof {
  return { kind: "settled", section, instead, tests };
}

const of =
  (file: string) =>
  (title: string): PromisedTest => ({ file, title });

/** The test files that most sentences lead to. */
export const seed = of("apps/server/test/rest/seed.test.ts");
export const conformance = of("apps/server/test/rest/conformance.test.ts");
export const conformanceOfProviders = of("apps/server/test/rest/conformance-providers.test.ts");
export const rest = of("apps/server/test/rest/models.test.ts");
export const inFile = of;
