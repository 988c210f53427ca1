import type { CatalogEntry, CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { decidedRights } from "../catalog/model-access.ts";
import { findModel } from "../catalog/model-table.ts";
import { walkChain, type ChainWalk } from "../catalog/walk-chain.ts";
import { toRecordConfig } from "../chat/record-configs.ts";
import { toLayers } from "../chat/resolve-chat-request.ts";
import type { Repositories } from "../database/unit-of-work.ts";
import type { Actor } from "../identity/actor.ts";
import { mergeParams } from "../model/merge-params.ts";
import type { ModelDetail } from "../model/model-detail.ts";
import { recordUidsOf } from "./chain-below.ts";
import { listSettings } from "./param-settings.ts";
import { namesSetBy, toResolvedParams } from "./resolved-params.ts";
import { createShowSource } from "./show-source.ts";

type Resolved = ModelDetail["resolved"];

/**
 * The params that count when the actor calls a model, and who sets them. Reads the params of all that it stands on
 * for those who may write it, and nothing for others.
 */
export async function readResolved(
  repositories: Pick<Repositories, "models" | "connections">,
  actor: Actor,
  { snapshot, entry }: { readonly snapshot: CatalogSnapshot; readonly entry: CatalogEntry },
): Promise<Resolved> {
  const contents = contentsOf(snapshot);
  const model = findModel(contents.models, entry.uid);
  if (model === undefined) return { params: null, withheld: 0 };
  if (!snapshot.decide(actor.principal, "write", entry).allowed) return { params: null, withheld: 0 };
  const walk = walkChain(contents, decidedRights(contents, actor.principal), model);
  return readParams(repositories, { walk, show: createShowSource(snapshot, actor) });
}

async function readParams(
  { models, connections }: Pick<Repositories, "models" | "connections">,
  { walk, show }: { readonly walk: ChainWalk; readonly show: ReturnType<typeof createShowSource> },
): Promise<Pick<Resolved, "params" | "withheld">> {
  const uids = recordUidsOf(walk.chain);
  const stored = new Map((await models.findMany(uids)).map((record) => [record.uid, record]));
  const connectionUid = walk.candidates[0]?.connection.uid ?? "";
  const layers = toLayers({
    connectionUid,
    connectionParams: (await connections.find(connectionUid))?.params ?? {},
    records: uids.flatMap((uid) => {
      const record = stored.get(uid);
      return record === undefined ? [] : toRecordConfig(record);
    }),
  });
  const own = namesSetBy(layers.filter(({ source }) => show(source) !== null));
  return toResolvedParams(listSettings(mergeParams(layers), layers), show, own);
}
