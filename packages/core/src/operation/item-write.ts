import type { ErrorCode } from "../error/error-codes.ts";
import type { ErrorIssue } from "../error/domain-error.ts";
import type { FieldChange } from "../model/compare-records.ts";
import type { CreateModel, ModelPatch } from "../model/model-input.ts";

/** One write of many. Each is judged as the single call by the same actor would be. */
export type ItemWrite =
  | { readonly kind: "create"; readonly input: CreateModel }
  /** Without a revision: whatever the record is now. */
  | { readonly kind: "update"; readonly input: ModelPatch }
  | { readonly kind: "delete"; readonly id: string; readonly force: boolean };

export const itemOutcomes = [
  "created",
  "updated",
  "deleted",
  "unchanged",
  "forbidden",
  "invalid",
  "conflict",
] as const;
export type ItemOutcome = (typeof itemOutcomes)[number];

/** What became of one item, or would have. */
export type ItemResult = {
  readonly id: string;
  /** `null` where there is no record, and for one that was not made after all. */
  readonly uid: string | null;
  readonly outcome: ItemOutcome;
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly issues?: readonly ErrorIssue[];
  } | null;
  readonly notes: readonly string[];
  /** Of an update; empty otherwise. */
  readonly changes: readonly FieldChange[];
};

export type OutcomeCounts = Readonly<Record<ItemOutcome, number>>;

export function countOutcomes(results: readonly ItemResult[]): OutcomeCounts {
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0, forbidden: 0, invalid: 0, conflict: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

/** Which item failed: those that were stored, or had nothing to store, did not. */
export function isFailure({ error }: ItemResult): boolean {
  return error !== null;
}

/** The public name that an item is about. */
export function nameOf(item: ItemWrite): string {
  return item.kind === "delete" ? item.id : item.input.id;
}
