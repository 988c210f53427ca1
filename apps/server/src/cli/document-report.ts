import type { DocumentPlan, DocumentReport } from "@corral/core";
import type { CliContext } from "./cli-context.ts";
import type { Cell } from "./output/render-table.ts";
import type { Color } from "./output/style.ts";

type Item = DocumentPlan["items"][number] | DocumentReport["items"][number];

const marks: Readonly<Record<Item["outcome"], readonly [mark: string, color: Color]>> = {
  create: ["+", "green"],
  created: ["+", "green"],
  update: ["~", "yellow"],
  updated: ["~", "yellow"],
  delete: ["-", "red"],
  deleted: ["-", "red"],
  unchanged: [" ", "dim"],
  forbidden: ["!", "red"],
  invalid: ["!", "red"],
  conflict: ["!", "red"],
};

/** What is done to each object, or would be; those that stay as they are are only counted. */
export function printItems(context: CliContext, items: readonly Item[]): void {
  const told = items.filter(({ outcome }) => outcome !== "unchanged");
  const rows = told.map((item): Cell[] => {
    const [mark, color] = marks[item.outcome];
    return [{ text: mark, color }, { text: item.outcome, color }, item.kind, item.name, explain(item)];
  });
  if (rows.length > 0) context.printTable({ head: ["", "outcome", "kind", "name", "what"], rows });
}

/** `3 created, 1 unchanged`. */
export function countText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}`);
  return texts.length === 0 ? "nothing" : texts.join(", ");
}

export function isRefused({ outcome }: Item): boolean {
  return outcome === "forbidden" || outcome === "invalid" || outcome === "conflict";
}

function explain({ error, changes, drift, notes }: Item): string {
  if (error !== null)
    return `${error.message}${(error.issues ?? []).map(({ path, message }) => ` ${path.join(".")}: ${message}`).join("")}`;
  const fields = changes.map(({ path }) => path.join(".")).join(", ");
  const byHand =
    drift.length === 0 ? "" : ` (by hand since: ${drift.map(({ path }) => path.join(".")).join(", ")})`;
  return [`${fields}${byHand}`, ...notes].filter((text) => text !== "").join(". ");
}
