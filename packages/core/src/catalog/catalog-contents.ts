import { findAccountBar, permissions, type Permission, type Principal } from "@corral/access-control";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { BaseModel } from "../model/base-model.ts";
import { createAliasIndex, type AliasIndex } from "./alias-index.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { CallTarget } from "./catalog-snapshot.ts";
import type {
  CatalogBaseName,
  CatalogConnection,
  CatalogGroup,
  CatalogOverride,
  CatalogSettings,
  CatalogUser,
} from "./catalog-state.ts";
import { noLifecycles, type LifecycleIndex } from "./lifecycle-index.ts";
import { LayeredMap } from "./layered-map.ts";
import type { ModelPlace } from "./model-place.ts";
import type { CallableModel } from "./list-callable.ts";
import type { TagCount } from "./list-tags.ts";
import { createModelTable, type ModelTable } from "./model-table.ts";
import type { ModelPage } from "./model-row.ts";

const MiB = 1024 * 1024;

/** What a snapshot holds. Versions share everything that did not change. */
export type CatalogContents = {
  readonly settings: CatalogSettings;
  readonly connections: ReadonlyMap<string, CatalogConnection>;
  /** In the configured order. */
  readonly connectionOrder: readonly CatalogConnection[];
  readonly users: LayeredMap<string, CatalogUser>;
  readonly groups: LayeredMap<string, CatalogGroup>;
  readonly models: ModelTable;
  /** By uid of the base they belong to, which may still be unknown. */
  readonly overrides: LayeredMap<string, CatalogOverride>;
  /** uids of bases by uid of the override. */
  readonly overrideBases: LayeredMap<string, string>;
  readonly aliases: AliasIndex;
  readonly baseNames: BaseNameIndex;
  readonly lifecycles: LifecycleIndex;
  /** Milliseconds since 1970: rights that end by the clock are compared when they are used. */
  readonly now: () => number;
  /** Slots by principal: stays as long as models and connections are the same. */
  readonly visibility: BoundedCache<VisibleSlots>;
  readonly answers: PreparedAnswers;
};

/** Slots that a principal sees: a set of bits or, where they are few, a sorted list. */
export type VisibleSlots = { readonly slots: Uint32Array; readonly count: number };
export type BaseNameIndex = {
  readonly byUid: LayeredMap<string, CatalogBaseName>;
  readonly byKey: LayeredMap<string, CatalogBaseName>;
};

/** Finished answers to what was asked before. They live and die with the contents they were made from. */
export type PreparedAnswers = {
  readonly pages: WeakMap<HealthBoard, BoundedCache<ModelPage>>;
  readonly callableLists: BoundedCache<readonly CallableModel[]>;
  readonly tagLists: BoundedCache<readonly TagCount[]>;
  /** The lines of the lists above, which they share. */
  readonly callable: Map<string, CallableModel>;
  /** Principals by user, and the texts that tell them and sets of permissions apart: asked for by every request. */
  readonly principals: Map<string, Principal>;
  /** By the names in them. */
  readonly permissions: Map<string, ReadonlySet<Permission>>;
  readonly keys: WeakMap<Principal | ReadonlySet<Permission>, string>;
  /** What is set about single models' places; `undefined` until someone asks. */
  presented: ReadonlyMap<string, ModelPlace> | undefined;
  /** How many models nobody but administrators sees; `undefined` until someone asks. */
  administratorsOnly: number | undefined;
  /** Who bears which tag, in lower case; `undefined` until someone asks. */
  slotsByTag: ReadonlyMap<string, readonly number[]> | undefined;
};

export const pageCacheBytes = 12 * MiB;

export function createEmptyContents(
  settings: CatalogSettings,
  now: () => number = Date.now,
): CatalogContents {
  return {
    settings,
    connections: new Map(),
    connectionOrder: [],
    users: new LayeredMap(),
    groups: new LayeredMap(),
    models: createModelTable(),
    overrides: new LayeredMap(),
    overrideBases: new LayeredMap(),
    aliases: createAliasIndex(),
    baseNames: { byUid: new LayeredMap(), byKey: new LayeredMap() },
    lifecycles: noLifecycles,
    now,
    visibility: createVisibilityCache(),
    answers: createPreparedAnswers(),
  };
}

export function createVisibilityCache(): BoundedCache<VisibleSlots> {
  return new BoundedCache(32 * MiB);
}

export function createPreparedAnswers(): PreparedAnswers {
  return {
    pages: new WeakMap(),
    callableLists: new BoundedCache(16 * MiB),
    tagLists: new BoundedCache(4 * MiB),
    callable: new Map(),
    principals: new Map(),
    permissions: new Map(),
    keys: new WeakMap(),
    presented: undefined,
    administratorsOnly: undefined,
    slotsByTag: undefined,
  };
}

/** The account as the policy sees it, now. The same object until the contents change. */
export function findPrincipal(contents: CatalogContents, userId: string): Principal | undefined {
  const { principals } = contents.answers;
  const known = principals.get(userId);
  if (known !== undefined) return known;
  const user = contents.users.get(userId);
  if (user === undefined) return undefined;
  const principal: Principal = {
    userId: user.id,
    role: user.role,
    status: user.status,
    groupIds: new Set(user.groupIds),
    bypass: contents.settings.adminBypass,
  };
  principals.set(userId, principal);
  return principal;
}

/** What a person may do apart from any single model: the defaults for members and what their groups allow beyond them. */
export function findPermissions(contents: CatalogContents, userId: string): ReadonlySet<Permission> {
  const { permissions: known } = contents.answers;
  const principal = findPrincipal(contents, userId);
  if (principal === undefined || findAccountBar(principal) !== undefined) return nothing;
  if (principal.role === "admin") return everything;
  const added = [...principal.groupIds].flatMap((id) => contents.groups.get(id)?.permissions ?? []);
  const granted = permissions.filter(
    (permission) => contents.settings.memberPermissions.includes(permission) || added.includes(permission),
  );
  // One set for all who may do the same: answers are told apart by it.
  const key = granted.join();
  const set = known.get(key) ?? new Set(granted);
  known.set(key, set);
  return set;
}

const everything: ReadonlySet<Permission> = new Set(permissions);
const nothing: ReadonlySet<Permission> = new Set();

/** The placements on connections that exist, in the configured order. */
export function listTargets(
  connections: ReadonlyMap<string, CatalogConnection>,
  base: BaseModel,
): readonly CallTarget[] {
  const targets: CallTarget[] = [];
  for (const placement of base.placements) {
    const connection = connections.get(placement.connectionUid);
    if (connection !== undefined) targets.push({ connection, placement });
  }
  return targets.length < 2 ? targets : targets.toSorted(compareTargets);
}

export function compareConnections(left: CatalogConnection, right: CatalogConnection): number {
  return left.position - right.position || (left.uid < right.uid ? -1 : Number(left.uid !== right.uid));
}

function compareTargets(left: CallTarget, right: CallTarget): number {
  return (
    compareConnections(left.connection, right.connection) ||
    (left.placement.uid < right.placement.uid ? -1 : Number(left.placement.uid !== right.placement.uid))
  );
}
