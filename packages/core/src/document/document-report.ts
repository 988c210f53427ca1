import { z } from "zod";
import { isDomainError, type ErrorIssue } from "../error/domain-error.ts";
import { errorCodes, type ErrorCode } from "../error/error-codes.ts";
import { fieldChangeSchema } from "../model/model-history.ts";
import type { FieldChange } from "../model/compare-records.ts";
import { itemOutcomes, type ItemOutcome } from "../operation/item-write.ts";
import { itemKinds, type ItemKind } from "./document-schema.ts";

/** Why an item is refused. */
export type ItemError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly issues?: readonly ErrorIssue[] | undefined;
};

/** What became of one object, or would. */
export type ReportItem = {
  readonly kind: ItemKind;
  readonly name: string;
  readonly outcome: ItemOutcome;
  /** From what is stored to what the document says. Of secrets only the references. */
  readonly changes: readonly FieldChange[];
  /** From what was applied last to what is stored: what somebody changed by hand. */
  readonly drift: readonly FieldChange[];
  /** The document takes over an object that somebody made by hand, or that another document made. */
  readonly adopted: boolean;
  readonly error: ItemError | null;
  readonly notes: readonly string[];
};

const reportShape = {
  kind: z.enum(itemKinds),
  name: z.string(),
  changes: z.array(fieldChangeSchema).readonly(),
  drift: z.array(fieldChangeSchema).readonly(),
  adopted: z.boolean(),
  error: z
    .strictObject({
      code: z.string(),
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
};

export const planOutcomes = [
  "create",
  "update",
  "delete",
  "unchanged",
  "forbidden",
  "invalid",
  "conflict",
] as const;

export const documentPlanSchema = z.strictObject({
  source: z.string(),
  /** `false`: applying the document would write nothing and refuse nothing. */
  hasChanges: z.boolean(),
  counts: z.record(z.enum(planOutcomes), z.int()),
  items: z.array(z.strictObject({ ...reportShape, outcome: z.enum(planOutcomes) })).readonly(),
});
export type DocumentPlan = z.output<typeof documentPlanSchema>;

export const documentReportSchema = z.strictObject({
  source: z.string(),
  /** `false`: nothing was written, because it was a dry run or `strict` and something would have been refused. */
  applied: z.boolean(),
  /** Of the models' part, for an undo; `null` when no model was written. */
  operationId: z.string().nullable(),
  counts: z.record(z.enum(itemOutcomes), z.int()),
  items: z.array(z.strictObject({ ...reportShape, outcome: z.enum(itemOutcomes) })).readonly(),
  /** About the file as a whole: what was left out. */
  notes: z.array(z.string()).readonly(),
});
export type DocumentReport = z.output<typeof documentReportSchema>;

export function countItems(items: readonly Pick<ReportItem, "outcome">[]): Record<ItemOutcome, number> {
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0, forbidden: 0, invalid: 0, conflict: 0 };
  for (const { outcome } of items) counts[outcome] += 1;
  return counts;
}

const plannedAs = {
  created: "create",
  updated: "update",
  deleted: "delete",
  unchanged: "unchanged",
  forbidden: "forbidden",
  invalid: "invalid",
  conflict: "conflict",
} as const satisfies Record<ItemOutcome, (typeof planOutcomes)[number]>;

/** The report of a dry run in the words of a plan. */
export function toPlan(source: string, items: DocumentReport["items"]): DocumentPlan {
  const counts = countItems(items);
  const { created, updated, deleted, ...others } = counts;
  return {
    source,
    hasChanges: items.some(({ outcome }) => outcome !== "unchanged"),
    counts: { create: created, update: updated, delete: deleted, ...others },
    items: items.map((item) => ({ ...item, outcome: plannedAs[item.outcome] })),
  };
}

/** What refuses one item is its result. @throws whatever would refuse any other item too, such as a database that is gone. */
export function toRefusal(error: unknown): { readonly outcome: ItemOutcome; readonly error: ItemError } {
  if (!isDomainError(error)) throw error;
  const { code, message, details } = error;
  const { status } = errorCodes[code];
  if (status >= 500) throw error;
  const issues = details?.issues;
  return {
    outcome: status === 403 ? "forbidden" : status === 409 ? "conflict" : "invalid",
    error: { code, message, ...(issues && { issues }) },
  };
}
