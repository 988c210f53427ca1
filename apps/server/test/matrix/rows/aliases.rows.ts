import { administrators, readers } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  { door: "aliases.list", ...readers, call: () => query("aliases.list") },
  // for those who can call a model behind it, and a key by its own name alone
  {
    door: "aliases.get",
    people: "DDD HAAAA AA",
    keys: "AHDHHD A",
    call: ({ alias }) => query("aliases.get", { id: alias }),
  },
  {
    door: "aliases.create",
    ...administrators,
    call: ({ alias }) => mutation("aliases.create", { id: alias, targets: [{ id: "open-base:7b" }] }),
    allowed: "model_id_taken",
  },
  {
    door: "aliases.update",
    ...administrators,
    call: ({ alias }) => mutation("aliases.update", { id: alias, revision: 999, description: "" }),
    allowed: "revision_conflict",
  },
  {
    door: "aliases.delete",
    ...administrators,
    call: () => mutation("aliases.delete", { id: "no-alias" }),
    allowed: "model_not_found",
  },
];
