import type { Actor } from "../identity/actor.ts";
import { actorKey } from "./actor-key.ts";
import type { CatalogSnapshot } from "./catalog-snapshot.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { listSlots } from "./listed-slots.ts";
import { contentsOf } from "./memory-snapshot.ts";
import { VisibleModels } from "./visible-models.ts";

export type TagCount = { readonly name: string; readonly count: number };

/** The tags of the models that the actor is shown, by name. Tags that differ by case are one, written as met first. */
export function listTags(snapshot: CatalogSnapshot, actor: Actor): readonly TagCount[] {
  const contents = contentsOf(snapshot);
  const { tagLists } = contents.answers;
  const key = actorKey(contents, actor);
  const known = tagLists.get(key);
  if (known !== undefined) return known;
  const counts = new Map<string, { name: string; count: number }>();
  const visible = new VisibleModels(contents, actor.principal);
  for (const slot of listSlots({ contents, actor, visible }, { sort: "name" }).all()) {
    const model = contents.models.rows[slot];
    if (model === undefined) continue;
    const { entry } = model;
    const written = (entry.kind === "base" ? entry.override : entry.record)?.tags ?? [];
    for (const [at, tag] of model.tags.entries()) {
      const line = counts.get(tag) ?? { name: written[at] ?? tag, count: 0 };
      line.count += 1;
      counts.set(tag, line);
    }
  }
  const tags = [...counts].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, line]) => line);
  tagLists.set(key, deepFreeze(tags), 200 + 2 * key.length + 120 * tags.length);
  return tags;
}
