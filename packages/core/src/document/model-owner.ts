import type { ModelRecord } from "../model/model-record.ts";
import type { ModelItem } from "./document-schema.ts";
import type { World } from "./read-world.ts";

/**
 * The item with its owner as far as the actor may say who that is. An owner that cannot be is left out and told of: it
 * keeps no model away from an installation where other people work.
 */
export function withOwner(
  { actor, names, snapshot }: World,
  item: ModelItem,
  record: ModelRecord | undefined,
): { readonly item: ModelItem; readonly notes: readonly string[] } {
  const { owner, ...rest } = item;
  if (owner === undefined) return { item, notes: [] };
  const isOverride = record === undefined ? (item.baseModelId ?? null) === null : record.kind === "override";
  if (isOverride) return { item: rest, notes: ["A provider's own model has no owner; it was left out."] };
  const ownerId = owner === null ? null : names.toUserId(owner);
  const current = record?.kind === "custom" ? record.ownerId : actor.principal.userId;
  if (ownerId === current) return { item, notes: [] };
  if (actor.principal.role !== "admin")
    return { item: rest, notes: ["The owner was left out: only administrators give models to others."] };
  return ownerId === null || snapshot.findUser(ownerId) !== undefined
    ? { item, notes: [] }
    : { item: rest, notes: [`The owner was left out: ${owner} has no account here.`] };
}
