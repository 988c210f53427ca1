/** A text that stands once in a file, and what stands there without it. */
export type Edit = { readonly file: string; readonly fix: string; readonly becomes: string };

/** A promise of `docs/security.md` without what keeps it, and the test that must notice. */
export type Mutant = Edit & {
  readonly id: string;
  /** A second lock on the same door, which has to be taken off as well. */
  readonly also?: Edit;
  readonly test: {
    readonly file: string;
    /** As it is written there, with the id; the beginning is enough. */
    readonly title: string;
    /** Of a test that runs over a table: what the name goes on with. */
    readonly which?: string;
    /** What it fails with, where that is no assertion of its own. */
    readonly says?: string;
  };
};
