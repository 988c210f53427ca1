import { decideAdministration, type AdministrationAction } from "@corral/access-control";
import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { mayKnow, unknownModel } from "../catalog/find-readable.ts";
import type { Actor } from "../identity/actor.ts";
import { mayName } from "../identity/key-allow-list.ts";

/*
 * Without their bypass, administrators keep three actions on other people's custom models: they hand over, deactivate
 * and delete what they cannot see, so that nobody's leaving makes a model unmanageable.
 */

/**
 * What the actor may read, and what an administrator may do this with unseen.
 *
 * @throws DomainError `model_not_found`.
 */
export function findKept(
  snapshot: CatalogSnapshot,
  actor: Actor,
  { id, action }: { readonly id: string; readonly action: AdministrationAction | undefined },
): CatalogEntry {
  const entry = snapshot.findByName(id);
  if (entry === undefined) throw unknownModel(id);
  const isKept = action !== undefined && mayName(actor.credential, entry) && isKeptFor(actor, action, entry);
  if (!isKept && !mayKnow(snapshot, actor, entry)) throw unknownModel(id);
  return entry;
}

export function isKeptFor({ principal }: Actor, action: AdministrationAction, entry: CatalogEntry): boolean {
  if (entry.kind === "base") return false;
  const { ownerId, access } = entry.record;
  return decideAdministration(principal, action, { kind: "custom", ownerId, access }).allowed;
}

type Change = {
  readonly id?: string | undefined;
  readonly revision?: number | undefined;
  readonly isActive?: boolean | undefined;
  readonly ownerId?: string | null | undefined;
};

/** Which of them a change is, as long as it is all that the change does. */
export function keptAction(change: Change): "deactivate" | "transfer" | undefined {
  const { id: _id, revision: _revision, isActive, ownerId, ...rest } = change;
  if (Object.values(rest).some((value) => value !== undefined)) return undefined;
  if (ownerId !== undefined) return isActive === undefined ? "transfer" : undefined;
  return isActive === false ? "deactivate" : undefined;
}
