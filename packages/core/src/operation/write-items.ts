import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Repositories } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import type { ModelPorts, Writer } from "../model/model-ports.ts";
import { recordUidOf } from "../model/writable-entry.ts";
import {
  countOutcomes,
  isFailure,
  nameOf,
  type ItemResult,
  type ItemWrite,
  type OutcomeCounts,
} from "./item-write.ts";
import { orderItems } from "./order-items.ts";
import { WorkingCatalog } from "./working-catalog.ts";
import { writeItem } from "./write-item.ts";

export const operationKinds = ["bulk", "import", "sync", "apply", "deleteAll", "undo"] as const;
export type OperationKind = (typeof operationKinds)[number];

export type WriteItemsRequest = {
  readonly items: readonly ItemWrite[];
  readonly kind: OperationKind;
  /** All items or none. */
  readonly strict: boolean;
  /** The same report, and nothing is written. */
  readonly dryRun: boolean;
};

export type OperationReport = {
  /** `null` when nothing was written. */
  readonly operationId: string | null;
  /** In the order of the items. */
  readonly results: readonly ItemResult[];
  readonly counts: OutcomeCounts;
};

/**
 * Writes many items, each as the single call by this actor would be judged, and each over those before it. Items that
 * are refused are reported, the others land; up to `limits.operationItems` in one transaction.
 *
 * @throws DomainError only for what concerns all of them, such as a database that is gone. Nothing is written then.
 */
export async function writeItems(
  ports: Pick<ModelPorts, "catalog" | "unitOfWork">,
  writer: Writer,
  request: WriteItemsRequest,
): Promise<OperationReport> {
  const { items } = request;
  const results: ItemResult[] = [];
  const order = orderItems(items, ports.catalog.current());
  for (let start = 0; start < order.length; start += limits.operationItems) {
    const positions = order.slice(start, start + limits.operationItems);
    const chunk = positions.flatMap((at) => items[at] ?? []);
    const written = await writeChunk(ports, writer, { ...request, items: chunk });
    for (const [index, at] of positions.entries()) {
      const result = written[index];
      if (result !== undefined) results[at] = result;
    }
  }
  return { operationId: null, results, counts: countOutcomes(results) };
}

/**
 * The items inside a transaction of the caller's, who has put them in order. For use cases that write other things too.
 */
export async function writeItemsWithin(
  repositories: Pick<Repositories, "aliases" | "models">,
  world: { readonly snapshot: CatalogSnapshot; readonly actor: Actor; readonly kind: OperationKind },
  items: readonly ItemWrite[],
): Promise<readonly ItemResult[]> {
  const { snapshot, actor, kind } = world;
  const uids = items.flatMap((item) => {
    const entry = snapshot.findByName(nameOf(item));
    return (entry && recordUidOf(entry)) ?? [];
  });
  const records = await repositories.models.lockMany([...new Set(uids)]);
  const working = new WorkingCatalog(snapshot, records);
  const mayMissBase = actor.principal.role === "admin" && kind !== "bulk";
  const results: ItemResult[] = [];
  for (const item of items)
    results.push(await writeItem({ repositories, working, actor, mayMissBase }, item));
  return results;
}

/** Takes a transaction back and carries out what it would have done. */
class TakenBack extends Error {
  readonly results: readonly ItemResult[];

  constructor(results: readonly ItemResult[]) {
    super("The transaction was taken back on purpose.");
    this.results = results;
  }
}

async function writeChunk(
  { catalog, unitOfWork }: Pick<ModelPorts, "catalog" | "unitOfWork">,
  { actor, author }: Writer,
  { items, kind, strict, dryRun }: WriteItemsRequest,
): Promise<readonly ItemResult[]> {
  try {
    const { value, change } = await unitOfWork.write(author, async (repositories) => {
      const results = await writeItemsWithin(
        repositories,
        { snapshot: catalog.current(), actor, kind },
        items,
      );
      if (dryRun || (strict && results.some(isFailure))) throw new TakenBack(results);
      return results;
    });
    await catalog.acknowledge(change);
    return value;
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
    // What was made for the trial has no uid that would mean anything.
    return error.results.map((result) => (result.outcome === "created" ? { ...result, uid: null } : result));
  }
}
