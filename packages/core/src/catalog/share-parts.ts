import type { AccessControl, Grants } from "@corral/access-control";
import type { BaseModel, ModelFacts, Placement } from "../model/base-model.ts";
import type { CatalogRecord } from "./catalog-state.ts";

/** What is known already, so that it need not be kept twice. */
export type KnownParts = {
  /** The id as the object that it names bears it; `undefined` when there is none. */
  readonly findUid: (uid: string) => string | undefined;
  /** The public name of a base. */
  readonly findBaseId: (uid: string) => string | undefined;
};

const nobody: readonly never[] = Object.freeze([]);
const noGrants: Grants = Object.freeze({ groupIds: nobody, userIds: nobody });

/**
 * Lets what was read from the database share its equal parts. Each id, tag list and family comes as a copy of its own,
 * and at 100,000 models these copies are a third of the memory.
 */
export class PartSharing {
  readonly #known: KnownParts;
  readonly #values = new Map<string, unknown>();

  constructor(known: KnownParts) {
    this.#known = known;
  }

  record(record: CatalogRecord): CatalogRecord {
    const baseUid = record.kind === "override" ? record.baseUid : record.base?.uid;
    const baseId = baseUid === undefined ? undefined : this.#known.findBaseId(baseUid);
    const shared = {
      ...record,
      tags: this.#same(record.tags),
      capabilities: this.#same(record.capabilities),
      access: this.#access(record.access),
      createdBy: record.createdBy && this.#uid(record.createdBy),
      updatedAt: either(record.createdAt, record.updatedAt),
    };
    if (shared.kind === "override") return { ...shared, id: either(baseId, shared.id) };
    return {
      ...shared,
      ownerId: shared.ownerId && this.#uid(shared.ownerId),
      base: shared.base && { ...shared.base, uid: this.#uid(shared.base.uid) },
      baseId: either(baseId, shared.baseId),
      baseAccess: this.#same(shared.baseAccess),
    };
  }

  base(base: BaseModel): BaseModel {
    return {
      ...base,
      placements: base.placements.map((placement) => this.#placement(placement, base.id)),
      changedAt: either(base.firstSeenAt, base.changedAt),
    };
  }

  #placement(placement: Placement, id: string): Placement {
    return {
      ...placement,
      connectionUid: this.#uid(placement.connectionUid),
      upstreamId: either(id, placement.upstreamId),
      facts: this.#facts(placement.facts),
    };
  }

  #facts(facts: ModelFacts): ModelFacts {
    const parts = Object.entries(facts).map(([name, value]) => [
      name,
      isOwn(name) ? value : this.#same(value),
    ]);
    // safe: the same names with equal values
    return Object.fromEntries(parts) as ModelFacts;
  }

  #access(access: AccessControl): AccessControl {
    if (access.kind !== "restricted") return this.#same(access);
    return { kind: "restricted", read: this.#grants(access.read), write: this.#grants(access.write) };
  }

  #grants({ groupIds, userIds }: Grants): Grants {
    if (groupIds.length + userIds.length === 0) return noGrants;
    return { groupIds: this.#uids(groupIds), userIds: this.#uids(userIds) };
  }

  #uids(uids: readonly string[]): readonly string[] {
    return uids.length === 0 ? nobody : uids.map((uid) => this.#uid(uid));
  }

  #uid(uid: string): string {
    return this.#known.findUid(uid) ?? uid;
  }

  /** The first of all equal values. For what is small and comes back often. */
  #same<T>(value: T): T {
    const key = JSON.stringify(value);
    if (!this.#values.has(key)) this.#values.set(key, value);
    // safe: what has the same text has the same type
    return this.#values.get(key) as T;
  }
}

/** Facts that no two models have in common. */
function isOwn(name: string): boolean {
  return name === "digest" || name === "modifiedAt" || name === "aliases" || name === "sizeBytes";
}

/** The second value, by the first one's copy where they are equal. */
function either(first: string | undefined, second: string): string {
  return first === second ? first : second;
}
