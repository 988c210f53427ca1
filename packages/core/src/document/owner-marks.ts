import type { JsonObject } from "../json.ts";
import type { ItemKind } from "./document-schema.ts";

/** The sign that a document made or took an object: only its own are updated and pruned without being asked. */
export type OwnerMark = {
  readonly source: string;
  readonly kind: ItemKind;
  readonly uid: string;
  /** What the object was called, also when it is gone. */
  readonly name: string;
  /** The item as it was applied last, in the canonical form. */
  readonly applied: JsonObject;
  /** ISO 8601. */
  readonly appliedAt: string;
};

export type NewOwnerMark = Omit<OwnerMark, "appliedAt">;

/** Where owner marks are kept: at most one an object. A mark outlives its object, so that a deletion by hand shows. */
export interface OwnerMarkRepository {
  list(): Promise<readonly OwnerMark[]>;
  /** Replaces the mark that the object may bear. */
  put(marks: readonly NewOwnerMark[]): Promise<void>;
  /** Of one source, those whose object does not exist any more. */
  removeGone(source: string): Promise<void>;
  remove(marks: readonly { readonly kind: ItemKind; readonly uid: string }[]): Promise<void>;
}
