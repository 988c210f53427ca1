import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Repositories } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { recordUidOf } from "../model/writable-entry.ts";
import { nameOf, type ItemResult, type ItemWrite } from "./item-write.ts";
import type { OperationKind } from "./operation.ts";
import { WorkingCatalog } from "./working-catalog.ts";
import { writeItem } from "./write-item.ts";

/**
 * The items inside a transaction of the caller's, who has put them in order. For use cases that write other things too.
 */
export async function writeItemsWithin(
  repositories: Pick<Repositories, "aliases" | "models">,
  world: { readonly snapshot: CatalogSnapshot; readonly actor: Actor; readonly kind: OperationKind },
  items: readonly ItemWrite[],
): Promise<readonly ItemResult[]> {
  const { snapshot, actor, kind } = world;
  const uids = items.flatMap((item) => findUid(snapshot, item) ?? []);
  const records = await repositories.models.lockMany([...new Set(uids)]);
  const working = new WorkingCatalog(snapshot, records);
  const mayMissBase = actor.principal.role === "admin" && kind !== "bulk";
  const results: ItemResult[] = [];
  for (const item of items) {
    results.push(await writeItem({ repositories, working, actor, mayMissBase }, item));
  }
  return results;
}

/** Of the record that an item is about, if there is one. */
function findUid(snapshot: CatalogSnapshot, item: ItemWrite): string | undefined {
  if (item.kind === "revert") return item.change.uid;
  const entry = snapshot.findByName(nameOf(item));
  return entry && recordUidOf(entry);
}
