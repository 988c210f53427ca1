import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";
import type { CatalogEntry, CatalogSnapshot } from "./catalog-snapshot.ts";

/** One text for missing and forbidden, so that the answer does not tell them apart. */
export function unknownModel(name: string): DomainError {
  return new DomainError("model_not_found", `The model "${name}" does not exist, or you may not see it.`);
}

/** The entry under a name, if the actor may read it. @throws DomainError `model_not_found`. */
export function findReadable(snapshot: CatalogSnapshot, actor: Actor, id: string): CatalogEntry {
  const entry = snapshot.findByName(id);
  if (entry === undefined || !mayKnow(snapshot, actor, entry)) throw unknownModel(id);
  return entry;
}

/** Whether the actor may read it, and their key may name it. */
export function mayKnow(snapshot: CatalogSnapshot, actor: Actor, entry: CatalogEntry): boolean {
  return mayName(actor.credential, entry) && snapshot.decide(actor.principal, "read", entry).allowed;
}
