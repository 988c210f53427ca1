import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import type { BaseAccess, BaseReference } from "./model-record.ts";

export type ResolvedBase = {
  /** `null`: not here yet, or not any more. */
  readonly base: BaseReference | null;
  readonly baseId: string;
  readonly baseAccess: BaseAccess;
};

/** A base that is only a name: nobody vouches for what is not there. */
export function toMissingBase(baseId: string): ResolvedBase {
  return { base: null, baseId, baseAccess: { kind: "inherit" } };
}

/**
 * The base that a custom model is to be built on, as its saver may use it. Someone who may write the base vouches for
 * the edge, so that readers of the new model need no right on the base.
 *
 * @param self uid of the model that gets the base; absent for a new one.
 * @throws DomainError `base_model_not_found` (one error for missing and unreadable), `base_cycle`, `base_too_deep`.
 */
export function resolveBase(
  actor: Actor,
  request: { readonly baseId: string; readonly self?: string },
  snapshot: CatalogSnapshot,
): ResolvedBase {
  const entry = findBase(snapshot, request.baseId);
  if (entry === undefined || !snapshot.decide(actor.principal, "read", entry).allowed) {
    throw new DomainError(
      "base_model_not_found",
      `The base model "${request.baseId}" does not exist, or you may not read it.`,
      { details: { issues: [{ path: ["baseModelId"], message: "is not a model that you may read" }] } },
    );
  }
  assertChain(entry, request.self, snapshot);
  return {
    base: { kind: entry.kind === "base" ? "base" : "record", uid: entry.uid },
    baseId: entry.id,
    baseAccess: vouchFor(actor, entry, snapshot),
  };
}

/**
 * The model under a name. An alias of one model is another name of it, as after a rename: the reference is stored to the
 * model. An alias of several is no base, because a model has one.
 */
function findBase(snapshot: CatalogSnapshot, name: string): CatalogEntry | undefined {
  const entry = snapshot.findByName(name);
  if (entry !== undefined) return entry;
  const [target, ...others] = snapshot.findAlias(name)?.targets ?? [];
  if (target === undefined || target.model === null || others.length > 0) return undefined;
  return snapshot.findByUid(target.model.uid);
}

/** A vouch by the administrator role binds to the role; any other one binds to the person and dies with their right. */
export function vouchFor(actor: Actor, entry: CatalogEntry, snapshot: CatalogSnapshot): BaseAccess {
  const decision = snapshot.decide(actor.principal, "write", entry);
  if (!decision.allowed) return { kind: "inherit" };
  const byRole = decision.reason === "administrator" || decision.reason === "bypass";
  return { kind: "delegate", by: byRole ? null : actor.principal.userId };
}

function assertChain(start: CatalogEntry, self: string | undefined, snapshot: CatalogSnapshot): void {
  let depth = 1;
  for (let entry: CatalogEntry | undefined = start; entry !== undefined; depth += 1) {
    if (entry.uid === self) throw new DomainError("base_cycle");
    if (depth > limits.chainDepth) throw new DomainError("base_too_deep");
    entry =
      entry.kind === "custom" && entry.record.base ? snapshot.findByUid(entry.record.base.uid) : undefined;
  }
}
