import { readers, writers } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

const text = JSON.stringify({ corral: 1, source: "matrix" });

export const rows: readonly Row[] = [
  { door: "documents.export", ...readers, call: () => query("documents.export", {}) },
  { door: "documents.drift", ...readers, call: () => query("documents.drift", {}) },
  { door: "documents.plan", ...readers, call: () => mutation("documents.plan", { text }) },
  { door: "documents.applyChanges", ...writers, call: () => mutation("documents.applyChanges", { text }) },
  {
    door: "documents.import",
    ...writers,
    call: () => mutation("documents.import", { format: "open-webui", text: "[]" }),
  },
];
