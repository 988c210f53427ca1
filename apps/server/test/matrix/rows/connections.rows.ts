import { nobody } from "../ask.ts";
import { connectionReaders, signedInAdministrators } from "../expectations.ts";
import { mutation, query, type Row } from "../row.ts";

const nowhere = { url: "http://127.0.0.1:9", provider: "ollama" };

export const rows: readonly Row[] = [
  { door: "connections.list", ...connectionReaders, call: () => query("connections.list") },
  { door: "connections.health", ...connectionReaders, call: () => query("connections.health") },
  {
    door: "connections.circuits",
    ...connectionReaders,
    call: ({ connection }) => query("connections.circuits", { uid: connection }),
  },
  {
    door: "connections.refresh",
    ...connectionReaders,
    call: ({ connection }) => mutation("connections.refresh", { uid: connection }),
  },
  {
    door: "connections.create",
    ...signedInAdministrators,
    call: () => mutation("connections.create", { ...nowhere, name: "Cellar", slug: "cellar" }),
    allowed: "name_taken",
  },
  {
    door: "connections.update",
    ...signedInAdministrators,
    call: ({ connection }) =>
      mutation("connections.update", { uid: connection, revision: 999, name: "Mine" }),
    allowed: "revision_conflict",
  },
  {
    door: "connections.previewPrefix",
    ...signedInAdministrators,
    call: ({ connection }) => query("connections.previewPrefix", { uid: connection, prefix: "x" }),
  },
  {
    door: "connections.delete",
    ...signedInAdministrators,
    call: () => mutation("connections.delete", { uid: nobody }),
    allowed: "connection_not_found",
  },
  {
    door: "connections.listArchived",
    ...signedInAdministrators,
    call: () => query("connections.listArchived"),
  },
  {
    door: "connections.restore",
    ...signedInAdministrators,
    call: () => mutation("connections.restore", { uid: nobody }),
    allowed: "connection_not_found",
  },
  {
    door: "connections.verify",
    ...signedInAdministrators,
    call: () => mutation("connections.verify", { draft: nowhere }),
  },
];
