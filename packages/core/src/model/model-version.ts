import type { ModelRecord } from "./model-record.ts";

/** A record as one write left it. Versions never change. */
export type ModelVersion = {
  /** ISO 8601. */
  readonly at: string;
  /** Who wrote; `null` for the system, and for a writer that did not say who it is. */
  readonly authorId: string | null;
  /** Name of the use case, e.g. `models.update`; for other writers the kind of statement. */
  readonly action: string;
  /** With the revision of this version, and the access that was stored with it. */
  readonly record: ModelRecord;
};
