import { nobody } from "../ask.ts";
import { administrators, readers } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  { door: "groups.list", ...readers, call: () => query("groups.list") },
  {
    door: "groups.create",
    ...administrators,
    call: () => mutation("groups.create", { name: "Readers" }),
    allowed: "name_taken",
  },
  {
    door: "groups.update",
    ...administrators,
    call: ({ group }) => mutation("groups.update", { id: group, description: "" }),
  },
  {
    door: "groups.delete",
    ...administrators,
    call: () => mutation("groups.delete", { id: nobody }),
    allowed: "group_not_found",
  },
];
