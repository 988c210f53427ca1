import type { Actor } from "../identity/actor.ts";
import { limits } from "../limits.ts";
import type { ModelDetail } from "./model-detail.ts";
import type { ModelPorts } from "./model-ports.ts";
import { toDefinition } from "./to-model-detail.ts";
import { recordUidOf, withRecord } from "./writable-entry.ts";

export type ModelDefinition = NonNullable<ModelDetail["definition"]>;

/**
 * What is stored about those of the models that the actor may write, by the uids of the models: one keyed read for every
 * thousand.
 */
export async function listDefinitions(
  { catalog, unitOfWork }: Pick<ModelPorts, "catalog" | "unitOfWork">,
  actor: Actor,
  uids: readonly string[],
): Promise<ReadonlyMap<string, ModelDefinition>> {
  const snapshot = catalog.current();
  const entries = new Map(
    uids.flatMap((uid) => {
      const entry = snapshot.findByUid(uid);
      const recordUid = entry && recordUidOf(entry);
      if (entry === undefined || recordUid === undefined) return [];
      if (!snapshot.decide(actor.principal, "write", entry).allowed) return [];
      return [[recordUid, entry] as const];
    }),
  );
  const recordUids = [...entries.keys()];
  const found = new Map<string, ModelDefinition>();
  for (let at = 0; at < recordUids.length; at += limits.documentPage) {
    const page = recordUids.slice(at, at + limits.documentPage);
    for (const record of await unitOfWork.read(({ models }) => models.findMany(page))) {
      const entry = entries.get(record.uid);
      if (entry === undefined) continue;
      // the row may be newer than the snapshot, so the decision is made on the row
      if (snapshot.decide(actor.principal, "write", withRecord(entry, record)).allowed)
        found.set(entry.uid, toDefinition(entry.uid, record));
    }
  }
  return found;
}
