import { z } from "zod";
import { errorCodeSchema } from "../error/error-code-schema.ts";
import { fieldChangeSchema } from "../model/model-history.ts";
import type { ModelId } from "../model/model-id.ts";
import type { RecordChange } from "../model/model-repository.ts";
import type { BulkChange } from "./bulk-change.ts";
import type { CreateModel, ModelPatch } from "../model/model-input.ts";

/** One write of many. Each is judged as the single call by the same actor would be. */
export type ItemWrite =
  /** `ownerId`: whose it becomes, if not the actor's. */
  | { readonly kind: "create"; readonly input: CreateModel; readonly ownerId?: string | null }
  /** Without a revision: whatever the record is now. */
  | { readonly kind: "update"; readonly input: ModelPatch }
  | { readonly kind: "delete"; readonly id: string; readonly force: boolean }
  /** Worked out on the record as it is when its turn comes. */
  | { readonly kind: "change"; readonly id: ModelId; readonly change: BulkChange }
  /** Takes a write back, unless the record has changed since. */
  | { readonly kind: "revert"; readonly change: RecordChange };

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
export const itemResultSchema = z.strictObject({
  id: z.string(),
  /** `null` where there is no record, and for one that was not made after all. */
  uid: z.string().nullable(),
  outcome: z.enum(itemOutcomes),
  error: z
    .strictObject({
      code: errorCodeSchema,
      message: z.string(),
      issues: z
        .array(
          z.strictObject({
            path: z.array(z.union([z.string(), z.number()])).readonly(),
            message: z.string(),
          }),
        )
        .readonly()
        .optional(),
    })
    .nullable(),
  notes: z.array(z.string()).readonly(),
  /** Of an update; empty otherwise, and for an operation of several transactions, whose changes the history tells. */
  changes: z.array(fieldChangeSchema).readonly(),
});
export type ItemResult = z.output<typeof itemResultSchema>;

export const outcomeCountsSchema = z.strictObject({
  created: z.int(),
  updated: z.int(),
  deleted: z.int(),
  unchanged: z.int(),
  forbidden: z.int(),
  invalid: z.int(),
  conflict: z.int(),
});
export type OutcomeCounts = z.output<typeof outcomeCountsSchema>;

export function countOutcomes(results: readonly ItemResult[]): OutcomeCounts {
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0, forbidden: 0, invalid: 0, conflict: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

/** Whether the item was refused. */
export function isFailure({ error }: ItemResult): boolean {
  return error !== null;
}

/** Whether something was stored. */
export function isWrite({ outcome }: ItemResult): boolean {
  return outcome === "created" || outcome === "updated" || outcome === "deleted";
}

/** The public name that an item is about. */
export function nameOf(item: ItemWrite): string {
  if (item.kind === "revert") {
    const { uid, before, after } = item.change;
    return (after ?? before)?.id ?? uid;
  }
  return item.kind === "create" || item.kind === "update" ? item.input.id : item.id;
}
