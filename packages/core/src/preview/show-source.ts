import { maySeeConnections } from "../catalog/caller-view.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Actor } from "../identity/actor.ts";
import type { ShowSource } from "./resolved-params.ts";

/** Params are for those who may write the record that sets them, a connection's for those who may see connections. */
export function createShowSource(snapshot: CatalogSnapshot, actor: Actor): ShowSource {
  return (source) => {
    if (source.kind === "request") return { kind: "request" };
    if (source.kind === "record") {
      const entry = snapshot.findByUid(source.uid);
      if (entry === undefined || !snapshot.decide(actor.principal, "write", entry).allowed) return null;
      return { kind: "record", uid: source.uid, id: entry.id };
    }
    const connection = snapshot.findConnection(source.uid ?? "");
    if (connection === undefined || !maySeeConnections(actor)) return null;
    return { kind: "connection", uid: connection.uid, name: connection.name };
  };
}
