import { randomUUID } from "node:crypto";
import { nobody } from "../ask.ts";
import { connectionReaders, signedInAdministrators } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

export const rows: readonly Row[] = [
  { door: "discovery.events", ...connectionReaders, call: () => query("discovery.events") },
  { door: "audit.list", ...signedInAdministrators, call: () => query("audit.list") },
  { door: "policies.list", ...signedInAdministrators, call: () => query("policies.list") },
  {
    door: "policies.create",
    ...signedInAdministrators,
    call: () =>
      mutation("policies.create", { name: randomUUID(), enabled: false, actions: { hidden: true } }),
  },
  {
    door: "policies.update",
    ...signedInAdministrators,
    call: () => mutation("policies.update", { uid: nobody, revision: 1, enabled: false }),
    allowed: "policy_not_found",
  },
  {
    door: "policies.delete",
    ...signedInAdministrators,
    call: () => mutation("policies.delete", { uid: nobody }),
    allowed: "policy_not_found",
  },
  {
    door: "policies.reorder",
    ...signedInAdministrators,
    call: () => mutation("policies.reorder", { uids: [nobody] }),
    allowed: "invalid_input",
  },
  {
    door: "policies.preview",
    ...signedInAdministrators,
    call: () => query("policies.preview", { match: {} }),
  },
  {
    door: "policies.applyTo",
    ...signedInAdministrators,
    call: () => mutation("policies.applyTo", { uid: nobody }),
    allowed: "policy_not_found",
  },
];
