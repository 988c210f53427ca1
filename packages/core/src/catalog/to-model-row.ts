import type { CallerView, SeenModel } from "./caller-view.ts";
import { createdAt, updatedAt } from "./indexed-model.ts";
import { placeOf } from "./model-place.ts";
import type { ModelRow } from "./model-row.ts";
import { refuseCall } from "./resolve-entry.ts";
import { findBaseOf } from "./walk-chain.ts";

/** One line of a list, as this caller may see it. */
export function toModelRow(view: CallerView, seen: SeenModel): ModelRow {
  const { model, walk, ownerId } = seen;
  const { entry, name } = model;
  const record = entry.kind === "base" ? entry.override : entry.record;
  const callable = refuseCall(view.actor, model, walk) === undefined;
  const place = placeOf(view.contents, entry.uid);
  return {
    uid: entry.uid,
    id: entry.id,
    name,
    kind: entry.kind,
    description: record?.description ?? "",
    tags: [...model.writtenTags],
    capabilities: seen.capabilities,
    contextLength: findContextLength(seen),
    provider: seen.provider,
    status: seen.status,
    isActive: model.isActive,
    hidden: model.hidden,
    visibility: seen.visibility,
    ownerId,
    ownerName: ownerId === null ? null : (view.contents.users.get(ownerId)?.name ?? null),
    baseModelId: findBaseModelId(view, seen),
    mayWrite: seen.mayWrite,
    callable,
    revision: record?.revision ?? null,
    createdAt: createdAt(entry),
    updatedAt: updatedAt(entry),
    // A default that the caller may not call is none.
    ...(place && { place: { ...place, isDefault: place.isDefault && callable } }),
    ...(view.seesConnections && {
      connections: seen.listPlaces().map(({ connection, placement }) => ({
        uid: connection.uid,
        name: connection.name,
        upstreamId: placement.upstreamId,
      })),
    }),
  };
}

// The smallest: what every place can hold.
function findContextLength({ walk }: SeenModel): number | null {
  const lengths = walk.candidates.flatMap(({ placement }) => placement.facts.contextLength ?? []);
  return lengths.length === 0 ? null : Math.min(...lengths);
}

/** The name of what a custom model is built on, for those who may read that, or change the model. */
function findBaseModelId({ contents, visible }: CallerView, seen: SeenModel): string | null {
  const { entry } = seen.model;
  if (entry.kind === "base") return null;
  const base = findBaseOf(contents, entry);
  const mayKnow = (base !== undefined && visible.mayRead(base)) || seen.mayWrite;
  return mayKnow ? (base?.entry.id ?? entry.record.baseId) : null;
}
