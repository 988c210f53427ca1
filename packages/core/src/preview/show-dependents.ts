import { z } from "zod";
import { listAliasesOf, showAliases, shownAliasesSchema } from "../catalog/aliases-of.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { mayKnow } from "../catalog/find-readable.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import { modelIdSchema } from "../model/model-id.ts";
import { findWritable } from "../model/writable-entry.ts";
import { listDependents } from "./list-dependents.ts";

export const dependentsQuerySchema = z.strictObject({ id: modelIdSchema });

export const dependentsSchema = z.strictObject({
  /** All that stand on the model, directly or not. */
  total: z.int(),
  /** Those that the actor may read, nearest first; at most 500. */
  models: z.array(
    z.strictObject({
      uid: z.string(),
      id: z.string(),
      name: z.string(),
      /** 1: built on the model itself. */
      depth: z.int(),
      /** uid of its base; `null` where the actor may not read that. */
      baseUid: z.string().nullable(),
      isActive: z.boolean(),
      mayWrite: z.boolean(),
      /** `delegate`: its readers need no right on its base. */
      baseAccess: z.enum(["inherit", "delegate"]),
    }),
  ),
  /** How many of them the actor may not see. */
  hidden: z.int(),
  /** That stand for the model, or for one of them. */
  aliases: shownAliasesSchema,
});
export type Dependents = z.output<typeof dependentsSchema>;

/**
 * The tree that stands on a model, for those who may write it: how many private models of others there are is not for
 * every reader.
 *
 * @throws DomainError `model_not_found`, `access_denied`.
 */
export function showDependents(snapshot: CatalogSnapshot, actor: Actor, id: string): Dependents {
  const { uid } = findWritable(snapshot, actor, id);
  const all = listDependents(snapshot, uid);
  const isKnown = (of: string): boolean => {
    const entry = snapshot.findByUid(of);
    return entry !== undefined && mayKnow(snapshot, actor, entry);
  };
  const readable = all.filter((dependent) => isKnown(dependent.uid));
  return {
    total: all.length,
    hidden: all.length - readable.length,
    aliases: showAliases(listAliasesOf(snapshot, new Set([uid, ...all.map((one) => one.uid)])), actor),
    models: readable.slice(0, limits.previewModels).flatMap((dependent) => {
      const entry = snapshot.findByUid(dependent.uid);
      if (entry?.kind !== "custom") return [];
      const { name, isActive, baseAccess } = entry.record;
      return {
        uid: entry.uid,
        id: entry.id,
        name,
        depth: dependent.depth,
        baseUid: isKnown(dependent.baseUid) ? dependent.baseUid : null,
        isActive,
        mayWrite: snapshot.decide(actor.principal, "write", entry).allowed,
        baseAccess: baseAccess.kind,
      };
    }),
  };
}
