import type { CatalogContents } from "./catalog-contents.ts";
import type { ModelQuery } from "./model-query.ts";

/**
 * One byte a slot, 1 for the models that bear the wanted tags; `undefined` when none are wanted. A list asks this of
 * every visible model, so it is looked up from the tags' side instead of comparing texts.
 */
export function markTagged(contents: CatalogContents, { tags, tagsAll }: ModelQuery): Uint8Array | undefined {
  if (tags === undefined && tagsAll === undefined) return undefined;
  const marks = tags === undefined ? undefined : markAny(contents, tags);
  return (tagsAll ?? []).reduce<Uint8Array | undefined>((both, tag) => {
    const marked = markAny(contents, [tag]);
    return both === undefined ? marked : marked.map((mark, slot) => mark & (both[slot] ?? 0));
  }, marks);
}

function markAny(contents: CatalogContents, tags: readonly string[]): Uint8Array {
  const marks = new Uint8Array(contents.models.rows.length);
  const slotsByTag = indexTags(contents);
  for (const tag of tags) {
    for (const slot of slotsByTag.get(tag.toLowerCase()) ?? []) marks[slot] = 1;
  }
  return marks;
}

/** Made when the first question with a tag comes after a change. */
function indexTags({ answers, models }: CatalogContents): ReadonlyMap<string, readonly number[]> {
  if (answers.slotsByTag !== undefined) return answers.slotsByTag;
  const slotsByTag = new Map<string, number[]>();
  for (const model of models.rows) {
    if (model === undefined) continue;
    for (const tag of model.tags) {
      const slots = slotsByTag.get(tag);
      if (slots !== undefined) slots.push(model.slot);
      else slotsByTag.set(tag, [model.slot]);
    }
  }
  answers.slotsByTag = slotsByTag;
  return slotsByTag;
}
