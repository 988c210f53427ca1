import type { CallerView, SeenModel } from "./caller-view.ts";
import { toImageUrl } from "../model/profile-image.ts";
import { findShownImage } from "./shown-image.ts";
import { isRetired } from "./lifecycle-index.ts";
import type { LifecycleView } from "../lifecycle/model-lifecycle.ts";
import { createdAt, updatedAt } from "./indexed-model.ts";
import { placeOf } from "./model-place.ts";
import { findModel } from "./model-table.ts";
import type { ModelRow } from "./model-row.ts";
import { refuseCall } from "./resolve-entry.ts";
import { findBaseOf } from "./walk-chain.ts";

/** One line of a list, as this caller may see it. */
export function toModelRow(view: CallerView, seen: SeenModel): ModelRow {
  const { model, walk, ownerId } = seen;
  const { entry, name } = model;
  const record = entry.kind === "base" ? entry.override : entry.record;
  const callable = refuseCall(view.actor, model, walk) === undefined;
  const imageHash = findShownImage(entry);
  const place = placeOf(view.contents, entry.uid);
  return {
    uid: entry.uid,
    id: entry.id,
    name,
    kind: entry.kind,
    description: record?.description ?? "",
    tags: [...model.writtenTags],
    capabilities: seen.capabilities,
    contextLength: findLimit(seen, "contextLength"),
    provider: seen.provider,
    status: seen.status,
    isActive: model.isActive,
    hidden: model.hidden,
    imageUrl: imageHash === undefined ? null : toImageUrl(entry.uid, imageHash),
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
    lifecycle: view.contents.lifecycles.byUid.size === 0 ? null : toLifecycleView(view, entry.uid),
    ...(view.seesConnections && {
      connections: seen.listPlaces().map(({ connection, placement }) => ({
        uid: connection.uid,
        name: connection.name,
        upstreamId: placement.upstreamId,
      })),
    }),
  };
}

/** In tokens; the smallest, which every place can hold. `null` where no provider says. */
export function findLimit({ walk }: SeenModel, fact: "contextLength" | "maxOutputTokens"): number | null {
  const found = walk.candidates.flatMap(({ placement }) => placement.facts[fact] ?? []);
  return found.length === 0 ? null : Math.min(...found);
}

/** The name of what a custom model is built on, for those who may read that, or change the model. */
function findBaseModelId({ contents, visible }: CallerView, seen: SeenModel): string | null {
  const { entry } = seen.model;
  if (entry.kind === "base") return null;
  const base = findBaseOf(contents, entry);
  const mayKnow = (base !== undefined && visible.mayRead(base)) || seen.mayWrite;
  return mayKnow ? (base?.entry.id ?? entry.record.baseId) : null;
}

function toLifecycleView({ contents, visible }: CallerView, uid: string): LifecycleView | null {
  const lifecycle = contents.lifecycles.byUid.get(uid);
  if (lifecycle === undefined) return null;
  const { deprecatedAt, retiresAt, note, successor } = lifecycle;
  const next = successor === null ? undefined : findModel(contents.models, successor.uid);
  return {
    deprecatedAt,
    retiresAt,
    retired: isRetired(lifecycle, contents.now()),
    successorId: next !== undefined && visible.mayRead(next) ? next.entry.id : null,
    note,
  };
}
