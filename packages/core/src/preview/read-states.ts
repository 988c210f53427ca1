import { placesOf, chainBelow, recordUidsOf } from "./chain-below.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { findModel } from "../catalog/model-table.ts";
import { toRecordConfig } from "../chat/record-configs.ts";
import type { RecordConfig } from "../chat/resolve-chat-request.ts";
import type { ModelParams } from "../model/model-params.ts";
import type { ModelPorts } from "../model/model-ports.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { ImpactState } from "./compute-impact.ts";

/** Reads what the catalog does not hold of some models and of all that they stand on, before and after a change. */
export async function readStates(
  { unitOfWork }: Pick<ModelPorts, "unitOfWork">,
  change: {
    readonly before: CatalogSnapshot;
    readonly after: CatalogSnapshot;
    /** As it will be. */
    readonly record: ModelRecord;
    readonly uids: readonly string[];
  },
): Promise<{ readonly before: ImpactState; readonly after: ImpactState }> {
  const { before, after, record, uids } = change;
  const needs = [before, after].flatMap((snapshot) => uids.map((uid) => needsOf(snapshot, uid)));
  const recordUids = new Set(needs.flatMap((need) => need.records));
  const connectionUids = new Set(needs.flatMap((need) => need.connection ?? []));
  const { configs, connectionParams } = await unitOfWork.read(async ({ models, connections }) => {
    const found = await models.findMany([...recordUids]);
    const params = new Map<string, ModelParams>();
    for (const uid of connectionUids) params.set(uid, (await connections.find(uid))?.params ?? {});
    const read = found.map((one): [string, RecordConfig] => [one.uid, toRecordConfig(one)]);
    return { configs: new Map(read), connectionParams: params };
  });
  return {
    before: { snapshot: before, configs, connectionParams },
    after: {
      snapshot: after,
      configs: new Map([...configs, [record.uid, toRecordConfig(record)]]),
      connectionParams,
    },
  };
}

function needsOf(
  snapshot: CatalogSnapshot,
  uid: string,
): { readonly records: readonly string[]; readonly connection: string | undefined } {
  const contents = contentsOf(snapshot);
  const model = findModel(contents.models, uid);
  if (model === undefined) return { records: [], connection: undefined };
  const chain = chainBelow(contents, model);
  return { records: recordUidsOf(chain), connection: placesOf(contents, chain)[0]?.connection.uid };
}
