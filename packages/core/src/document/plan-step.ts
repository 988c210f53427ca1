import type { FieldChange } from "../model/compare-records.ts";
import type { ItemOutcome } from "../operation/item-write.ts";
import { compareItems } from "./compare-items.ts";
import type { ItemError, ReportItem } from "./document-report.ts";
import type { ItemKind, ItemOf } from "./document-schema.ts";
import type { OwnerMark } from "./owner-marks.ts";

/** An object as it is stored, in the canonical form of its kind. */
export type StoredItem<K extends ItemKind> = { readonly uid: string; readonly item: ItemOf[K] };

/** What is to be done about one object, before anybody has judged whether the actor may. */
export type Step<K extends ItemKind> = {
  readonly kind: K;
  readonly name: string;
  readonly action: "create" | "update" | "delete" | "none" | "refuse";
  /** In the canonical form; `null` for a deletion and for what could not be read. */
  readonly wanted: ItemOf[K] | null;
  readonly stored: StoredItem<K> | null;
  readonly changes: readonly FieldChange[];
  readonly drift: readonly FieldChange[];
  readonly adopted: boolean;
  readonly refusal: { readonly outcome: ItemOutcome; readonly error: ItemError } | null;
  readonly notes: readonly string[];
};

export type StepInput<K extends ItemKind> = {
  readonly kind: K;
  readonly name: string;
  readonly wanted: ItemOf[K];
  readonly stored: StoredItem<K> | undefined;
  readonly mark: OwnerMark | undefined;
  readonly source: string;
  readonly adopt: boolean;
  /** Beyond what the items show: secrets whose values differ. */
  readonly hiddenChanges?: readonly FieldChange[];
};

/** Compares what is wanted with what is stored, and with what this document applied last. */
export function planStep<K extends ItemKind>(input: StepInput<K>): Step<K> {
  const { kind, name, wanted, stored, mark, source, adopt, hiddenChanges = [] } = input;
  const step = { kind, name, wanted, drift: [], adopted: false, refusal: null, notes: [] };
  if (stored === undefined) return { ...step, action: "create", stored: null, changes: [] };
  const changes = [...compareItems(stored.item, wanted), ...hiddenChanges];
  const isOwn = mark?.source === source;
  const known = {
    ...step,
    stored,
    changes,
    adopted: adopt && !isOwn,
    drift: isOwn ? driftOf(mark, stored.item) : [],
  };
  if (changes.length === 0) return { ...known, action: "none" };
  // settings are always there: nobody made them
  if (isOwn || adopt || kind === "settings") return { ...known, action: "update" };
  return { ...known, action: "refuse", refusal: ownedByOthers(kind, name, mark) };
}

/** An object that this document made, and speaks of no longer. */
export function pruneStep<K extends ItemKind>(
  mark: OwnerMark & { readonly kind: K },
  stored: StoredItem<K>,
): Step<K> {
  return {
    kind: mark.kind,
    name: mark.name,
    action: "delete",
    wanted: null,
    stored,
    changes: [],
    drift: driftOf(mark, stored.item),
    adopted: false,
    refusal: null,
    notes: [],
  };
}

export function refusedStep<K extends ItemKind>(
  kind: K,
  name: string,
  refusal: { readonly outcome: ItemOutcome; readonly error: ItemError },
): Step<K> {
  const step = { wanted: null, stored: null, changes: [], drift: [], adopted: false, notes: [] };
  return { ...step, kind, name, action: "refuse", refusal };
}

/** What was changed since the document was applied, as far as it speaks of it. */
export function driftOf(mark: OwnerMark, stored: object): readonly FieldChange[] {
  const { secrets: _secrets, ...applied } = mark.applied;
  // a field of which the document did not speak is nobody's business
  return compareItems(applied, pick(stored, Object.keys(applied)));
}

const outcomeOf = { create: "created", update: "updated", delete: "deleted", none: "unchanged" } as const;

/** The line of the report, as the step says until it was judged. */
export function toReportItem(step: Step<ItemKind>): ReportItem {
  const { kind, name, action, changes, drift, adopted, refusal, notes } = step;
  const line = { kind, name, changes, drift, adopted, notes };
  if (action === "refuse") {
    return { ...line, outcome: refusal?.outcome ?? "invalid", error: refusal?.error ?? null };
  }
  return { ...line, outcome: outcomeOf[action], error: null };
}

function pick(from: object, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const fields = new Map(Object.entries(from));
  return Object.fromEntries(keys.map((key) => [key, fields.get(key) ?? null]));
}

function ownedByOthers(
  kind: ItemKind,
  name: string,
  mark: OwnerMark | undefined,
): { readonly outcome: "conflict"; readonly error: ItemError } {
  const whose = mark === undefined ? "was made by hand" : "belongs to another document";
  const message = `The ${kind} "${name}" ${whose} and is not as this document says. Apply with adopt to take it over.`;
  return { outcome: "conflict", error: { code: "owned_by_others", message } };
}
