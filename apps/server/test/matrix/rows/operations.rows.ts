import { readers } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  { door: "operations.list", ...readers, call: () => query("operations.list", {}) },
  {
    door: "operations.get",
    people: "DDD HHHHA AA",
    keys: "AADAAD A",
    call: ({ operation }) => query("operations.get", { id: operation }),
  },
  {
    door: "operations.undo",
    people: "DDD HHHHA AA",
    keys: "ADDDDD A",
    call: ({ operation }) => mutation("operations.undo", { id: operation, dryRun: true }),
  },
];
