import { BoundedCache } from "../catalog/bounded-cache.ts";
import type { ResolvedModel } from "../catalog/catalog-snapshot.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { RecordConfig } from "./resolve-chat-request.ts";

/** Params and prompts of records, which the catalog does not hold: read on a miss, kept by uid and revision. */
export interface RecordConfigs {
  /** In the order asked for. @throws DomainError `catalog_behind` when a record was changed since the snapshot. */
  get(records: ResolvedModel["records"]): Promise<readonly RecordConfig[]>;
}

const maxBytes = 64 * 1024 * 1024;

export function createRecordConfigs(unitOfWork: Pick<UnitOfWork, "read">): RecordConfigs {
  const cache = new BoundedCache<RecordConfig>(maxBytes);
  const loading = new Map<string, Promise<void>>();

  const keep = (record: { readonly uid: string; readonly revision: number }, config: RecordConfig): void => {
    cache.set(keyOf(record), config, 2 * JSON.stringify(config).length + 200);
  };

  const load = async (missing: ResolvedModel["records"]): Promise<void> => {
    const uidsOf = (of: "base_name" | undefined) =>
      missing.filter((record) => record.of === of).map(({ uid }) => uid);
    const [records, baseNames] = await unitOfWork.read(async (repositories) => [
      await repositories.models.findMany(uidsOf(undefined)),
      await repositories.baseNames.findMany(uidsOf("base_name")),
    ]);
    for (const record of records) keep(record, toConfig(record));
    for (const override of baseNames) keep(override, { ...toConfig(override), of: "base_name" });
  };

  const loadOnce = (missing: ResolvedModel["records"]): Promise<void> => {
    const key = missing.map(keyOf).join();
    const running = loading.get(key) ?? load(missing).finally(() => loading.delete(key));
    loading.set(key, running);
    return running;
  };

  return {
    async get(records) {
      const missing = records.filter((record) => cache.get(keyOf(record)) === undefined);
      if (missing.length > 0) await loadOnce(missing);
      return records.map((record) => {
        const config = cache.get(keyOf(record));
        if (config === undefined)
          throw new DomainError("catalog_behind", "The model is being changed right now.");
        return config;
      });
    },
  };
}

function keyOf(record: { readonly uid: string; readonly revision: number }): string {
  return `${record.uid}:${record.revision}`;
}

function toConfig(record: Pick<ModelRecord, "uid" | "params" | "paramModes" | "meta">): RecordConfig {
  const { uid, params, paramModes, meta } = record;
  return { uid, params, paramModes, capabilities: meta.capabilities ?? {} };
}
