import { nobody } from "../ask.ts";
import { administrators } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  { door: "names.list", ...administrators, call: () => query("names.list", {}) },
  {
    door: "names.move",
    ...administrators,
    call: () => mutation("names.move", { name: "no-name", from: nobody, to: nobody }),
    allowed: "revision_conflict",
  },
  {
    door: "names.forget",
    ...administrators,
    call: () => mutation("names.forget", { name: "no-name", owner: nobody }),
    allowed: "revision_conflict",
  },
  { door: "baseNames.list", ...administrators, call: () => query("baseNames.list") },
  {
    door: "baseNames.save",
    ...administrators,
    call: () => mutation("baseNames.save", { name: "open-base", revision: 999 }),
    allowed: "base_name_not_found",
  },
  {
    door: "baseNames.delete",
    ...administrators,
    call: () => mutation("baseNames.delete", { name: "no-name" }),
    allowed: "base_name_not_found",
  },
];
