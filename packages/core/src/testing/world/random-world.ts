import type { AccessControl, ExplicitAccess } from "@corral/access-control";
import type { BaseModel, Placement } from "../../model/base-model.ts";
import type { KeyScope } from "../../identity/actor.ts";
import { capabilityNames } from "../../model/model-meta.ts";
import type {
  CatalogAlias,
  CatalogConnection,
  CatalogCustom,
  CatalogOverride,
  CatalogState,
  CatalogUser,
} from "../../catalog/catalog-state.ts";
import { aBase, aConnection, aCustom, anAlias, anOverride, aPlacement, aUser } from "./catalog-builders.ts";

/** Draws from a seed, so that a failing world can be made again. */
export class Dice {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** mulberry32 */
  next(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<const T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  some<T>(values: readonly T[], probability: number): T[] {
    return values.filter(() => this.chance(probability));
  }

  shuffle<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, at: this.next() }))
      .toSorted((left, right) => left.at - right.at)
      .map(({ value }) => value);
  }
}

export const userIds = ["root", "boss", "ann", "bob", "cid", "dan", "eve", "flo", "newcomer", "banned"];
const groupIds = ["g0", "g1", "g2"];
const connectionUids = ["c0", "c1", "c2", "c3"] as const;
export const aliasUids = ["a0", "a1", "a2", "a3"];
const names = ["Llama 2", "llama 10", "Äpfel", "apfel", "Qwen", "zeta"] as const;
const tags = ["code", "vision", "x"];

const strangers = Array.from({ length: 5 }, (_, at) => `u${at}`);

/** How many of each a world may have. */
type WorldSize = { readonly users: readonly string[]; readonly bases: number; readonly customs: number };
const small: WorldSize = { users: userIds, bases: 11, customs: 19 };
/** 15 people and up to 50 models. */
export const large: WorldSize = { users: [...userIds, ...strangers], bases: 18, customs: 32 };

/** Models in every state that the rules tell apart. Some references lead nowhere, some in circles. */
export function aWorld(seed: number, { users, bases, customs }: WorldSize = small): CatalogState {
  const dice = new Dice(seed);
  const present = <T>(values: readonly T[]): T[] => dice.some(values, 0.9);
  const baseUids = Array.from({ length: bases }, (_, at) => `b${at}`);
  const customUids = Array.from({ length: customs }, (_, at) => `m${at}`);
  return {
    revision: { epoch: "e1", change: 1, catalog: 1 },
    settings: { adminBypass: dice.chance(0.7), memberPermissions: [] },
    connections: present(connectionUids).map((uid, at) => randomConnection(dice, uid, at)),
    bases: present(baseUids).map((uid) => randomBase(dice, uid)),
    records: [
      ...dice.some(baseUids, 0.6).map((uid) => randomOverride(dice, uid)),
      ...present(customUids).map((uid) => randomCustom(dice, uid, { baseUids, customUids })),
    ],
    lifecycles: [],
    aliases: present(aliasUids).map((uid) => randomAlias(dice, uid, { baseUids, customUids })),
    users: users.map((id) => randomUser(dice, id)),
    groups: groupIds.map((id) => ({ id, name: id })),
  };
}

export type WorldKey = {
  readonly userId: string;
  readonly scopes: readonly KeyScope[];
  readonly models: { readonly uids: readonly string[]; readonly patterns: readonly string[] } | null;
};

/** Keys of anybody in a world, some of them limited to some of its models. */
export function someKeys(
  seed: number,
  { users, bases, records, aliases }: CatalogState,
  count: number,
): WorldKey[] {
  const dice = new Dice(seed ^ 0x5eed);
  const uids = [...bases, ...records, ...aliases].map(({ uid }) => uid);
  return Array.from({ length: count }, () => ({
    userId: dice.shuffle(users)[0]?.id ?? "root",
    scopes: dice.some(["gateway:invoke", "gateway:invoke", "models:read"] as const, 0.7),
    models: dice.chance(0.3)
      ? null
      : {
          uids: dice.some(uids, 0.3),
          patterns: dice.some(["b1*", "*-BOT", "m2", "*latest", "c1/*"], 0.3),
        },
  }));
}

function randomUser(dice: Dice, id: string): CatalogUser {
  const role = id === "root" || id === "boss" ? "admin" : id === "newcomer" ? "pending" : "user";
  const status = id === "banned" || dice.chance(0.05) ? "suspended" : "active";
  return aUser(id, { role, status, groupIds: dice.some(groupIds, 0.35) });
}
function randomConnection(dice: Dice, uid: string, position: number): CatalogConnection {
  return aConnection(uid, {
    provider: dice.pick(["ollama", "openai"]),
    enabled: dice.chance(0.8),
    position: dice.chance(0.2) ? dice.below(4) : position,
    defaultVisibility: randomExplicitAccess(dice),
    name: dice.pick(["A", "B"]) + uid,
  });
}

function randomExplicitAccess(dice: Dice): ExplicitAccess {
  const kind = dice.pick(["public", "private", "restricted", "restricted"] as const);
  if (kind !== "restricted") return { kind };
  const grants = (probability: number): { groupIds: string[]; userIds: string[] } => ({
    groupIds: dice.some(groupIds, probability),
    userIds: dice.some(userIds, probability / 2),
  });
  return { kind, read: grants(0.3), write: grants(0.12) };
}

function randomAccess(dice: Dice, inherit: number): AccessControl {
  return dice.chance(inherit) ? { kind: "inherit" } : randomExplicitAccess(dice);
}

function randomBase(dice: Dice, uid: string): BaseModel {
  const places: Placement[] = dice.some([...connectionUids, "unknown"], 0.35).map((connectionUid) =>
    aPlacement(connectionUid, {
      uid: `${uid}-${connectionUid}`,
      upstreamId: `${uid}@${connectionUid}`,
      missingSince: dice.chance(0.2) ? randomTime(dice) : null,
      facts: {
        ...(dice.chance(0.7) && { capabilities: dice.some(capabilityNames, 0.3) }),
        ...(dice.chance(0.5) && { contextLength: 1024 * (1 + dice.below(4)) }),
        ...(dice.chance(0.3) && { ownedBy: "acme" }),
      },
    }),
  );
  return aBase(uid, {
    id: `${uid}${dice.pick(["", ":latest", "-X"])}`,
    shadowed: dice.chance(0.15),
    placements: dice.shuffle(places),
    firstSeenAt: randomTime(dice),
    changedAt: randomTime(dice),
  });
}

type RecordFields = Pick<
  CatalogCustom,
  | "name"
  | "description"
  | "tags"
  | "hidden"
  | "isActive"
  | "capabilities"
  | "revision"
  | "createdAt"
  | "updatedAt"
>;

function randomRecordFields(dice: Dice): RecordFields {
  return {
    name: dice.pick(names),
    description: dice.pick(["", "Reads contracts", "writes CODE"]),
    tags: dice.some([dice.pick(["Fast", "fast"]), ...tags], 0.25),
    hidden: dice.chance(0.2),
    isActive: dice.chance(0.8),
    capabilities: dice.chance(0.3) ? { vision: dice.chance(0.5) } : {},
    revision: 1 + dice.below(9),
    createdAt: randomTime(dice),
    updatedAt: randomTime(dice),
  };
}

function randomOverride(dice: Dice, baseUid: string): CatalogOverride {
  return anOverride(baseUid, { ...randomRecordFields(dice), access: randomAccess(dice, 0.5) });
}

function randomCustom(
  dice: Dice,
  uid: string,
  { baseUids, customUids }: { readonly baseUids: readonly string[]; readonly customUids: readonly string[] },
): CatalogCustom {
  const number = Number(uid.slice(1));
  // Mostly what was made before, so that chains are long; now and then anything.
  const lower = dice.chance(0.9) ? customUids.slice(0, number) : customUids;
  const base =
    dice.chance(0.45) && lower.length > 0
      ? { kind: "record" as const, uid: dice.shuffle(lower)[0] ?? "m0" }
      : { kind: "base" as const, uid: dice.shuffle(baseUids)[0] ?? "b0" };
  return aCustom(uid, {
    ...randomRecordFields(dice),
    id: `${uid}${dice.pick(["", "/bot", "-Bot"])}`,
    ownerId: dice.chance(0.1) ? null : (dice.shuffle(userIds)[0] ?? null),
    access: randomAccess(dice, 0.05),
    base: dice.chance(0.05) ? null : base,
    baseId: `was-${base.uid}`,
    baseAccess: dice.chance(0.4)
      ? { kind: "inherit" }
      : { kind: "delegate", by: dice.chance(0.5) ? null : (dice.shuffle(userIds)[0] ?? null) },
  });
}

/** Of whatever may be there, once in a while of nothing. */
function randomAlias(
  dice: Dice,
  uid: string,
  { baseUids, customUids }: { readonly baseUids: readonly string[]; readonly customUids: readonly string[] },
): CatalogAlias {
  const models = [
    ...baseUids.map((base) => ({ kind: "base" as const, uid: base })),
    ...customUids.map((custom) => ({ kind: "record" as const, uid: custom })),
  ];
  return anAlias(
    uid,
    dice
      .shuffle(models)
      .slice(0, dice.below(4))
      .map((model, position) => ({
        position,
        model: dice.chance(0.1) ? null : model,
        id: model.uid,
        weight: dice.below(3),
      })),
    { keys: dice.chance(0.5) ? [uid] : [uid, `${uid}:latest`] },
  );
}

function randomTime(dice: Dice): string {
  return new Date(Date.UTC(2026, 0, 1 + dice.below(20))).toISOString();
}
