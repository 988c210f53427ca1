import { BoundedCache } from "../catalog/bounded-cache.ts";
import type { ResolvedModel, ResolvedRecord } from "../catalog/catalog-snapshot.ts";
import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import type { ModelRecord } from "../model/model-record.ts";
import type { RecordConfig } from "./resolve-chat-request.ts";

/** Params and prompts of records, which the catalog does not hold: read on a miss, kept by uid and revision, or by pin. */
export interface RecordConfigs {
  /** In the order asked for. @throws DomainError `catalog_behind` when a record was changed since the snapshot. */
  get(records: ResolvedModel["records"]): Promise<readonly RecordConfig[]>;
}

const maxBytes = 64 * 1024 * 1024;

export function createRecordConfigs(unitOfWork: Pick<UnitOfWork, "read">): RecordConfigs {
  const cache = new BoundedCache<RecordConfig>(maxBytes);
  const loading = new Map<string, Promise<void>>();

  const keep = (key: string, config: RecordConfig): void =>
    cache.set(key, config, 2 * JSON.stringify(config).length + 200);

  const load = async (missing: ResolvedModel["records"]): Promise<void> => {
    const pinUids = missing.flatMap(({ pin }) => pin ?? []);
    const uidsOf = (of: "base_name" | undefined) =>
      missing.flatMap((record) => (record.pin === undefined && record.of === of ? record.uid : []));
    await unitOfWork.read(async ({ models, pins, baseNames }) => {
      for (const record of await models.findMany(uidsOf(undefined))) {
        keep(keyOf(record), toRecordConfig(record));
      }
      for (const override of await baseNames.findMany(uidsOf("base_name"))) {
        keep(keyOf(override), { ...toRecordConfig(override), of: "base_name" });
      }
      if (pinUids.length === 0) return;
      const pinned = await pins.findConfigs(pinUids);
      for (const record of missing) {
        const config = pinned.get(record.pin ?? "");
        if (config !== undefined) keep(keyOf(record), { uid: record.uid, ...config });
      }
    });
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

/** A pin never changes, and so does not depend on the revision that it holds callers back from. */
function keyOf({ uid, revision, pin }: ResolvedRecord): string {
  return pin === undefined ? `${uid}:${revision}` : `pin:${pin}`;
}

/** What a record contributes to a call. */
export function toRecordConfig(
  record: Pick<ModelRecord, "uid" | "params" | "paramModes" | "meta">,
): RecordConfig {
  const { uid, params, paramModes, meta } = record;
  return { uid, params, paramModes, capabilities: meta.capabilities ?? {} };
}
