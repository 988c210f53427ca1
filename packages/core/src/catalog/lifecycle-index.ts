import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";

/** What is said about the end of models, by uid. Few models have one. */
export type LifecycleIndex = {
  readonly byUid: ReadonlyMap<string, ModelLifecycle>;
  /** When models retire, in milliseconds since 1970, the earliest first. */
  readonly retirements: readonly number[];
};

export const noLifecycles: LifecycleIndex = { byUid: new Map(), retirements: [] };

export function updateLifecycleIndex(
  index: LifecycleIndex,
  changes: ReadonlyMap<string, ModelLifecycle | undefined>,
): LifecycleIndex {
  if (changes.size === 0) return index;
  const byUid = new Map(index.byUid);
  for (const [uid, lifecycle] of changes) {
    if (lifecycle === undefined) byUid.delete(uid);
    else byUid.set(uid, lifecycle);
  }
  const times = [...byUid.values()].flatMap(({ retiresAt }) =>
    retiresAt === null ? [] : Date.parse(retiresAt),
  );
  return { byUid, retirements: times.toSorted((left, right) => left - right) };
}

/** How many models have retired by now: what was worked out before the number changed is no longer true. */
export function countRetired({ retirements }: LifecycleIndex, now: number): number {
  if (retirements.length === 0) return 0;
  const first = retirements.findIndex((at) => at > now);
  return first < 0 ? retirements.length : first;
}

export function isRetired({ retiresAt }: Pick<ModelLifecycle, "retiresAt">, now: number): boolean {
  return retiresAt !== null && Date.parse(retiresAt) <= now;
}
