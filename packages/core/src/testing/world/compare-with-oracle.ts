import { explainModel } from "../../catalog/explain-model.ts";
import { findReadable } from "../../catalog/find-readable.ts";
import { createCatalogSnapshot } from "../../catalog/create-snapshot.ts";
import type { CatalogAlias } from "../../catalog/catalog-state.ts";
import type { CatalogSnapshot } from "../../catalog/catalog-snapshot.ts";
import { listCallable } from "../../catalog/list-callable.ts";
import { findModelRow, queryCatalog } from "../../catalog/query-catalog.ts";
import type { Actor } from "../../identity/actor.ts";
import { aBoard, anActor, aQuery } from "./catalog-builders.ts";
import { Oracle, type OracleCaller, type OracleModel } from "./oracle.ts";
import { aWorld, large, someKeys } from "./random-world.ts";

export type Comparison = {
  readonly cells: number;
  /** What the catalog says differently: one line a cell. */
  readonly differences: readonly string[];
};

const board = aBoard();
const keysAWorld = 5;

/** What everybody is told of every model in one random world, against what the rules say. */
export function compareWithOracle(seed: number): Comparison {
  const state = aWorld(seed, large);
  const snapshot = createCatalogSnapshot(state);
  const oracle = new Oracle(state);
  const callers: OracleCaller[] = state.users.map((user) => ({ user, key: null }));
  for (const key of someKeys(seed, state, keysAWorld)) {
    const user = state.users.find(({ id }) => id === key.userId);
    if (user !== undefined) callers.push({ user, key });
  }
  const differences = callers.flatMap((caller) => {
    const actor = actorOf(snapshot, caller);
    const lists = readLists(snapshot, actor);
    const named = caller.key === null ? caller.user.id : `${caller.user.id} by key`;
    const aliases = state.aliases.flatMap((alias) => {
      const wanted = expectedOfAlias(oracle, caller, alias);
      const told = tellOfAlias(snapshot, actor, { alias, lists });
      return wanted === told ? [] : [`world ${seed}, ${named}, ${alias.id}: ${told}, not ${wanted}`];
    });
    const models = oracle.models.flatMap((model) => {
      const wanted = expectedOf(oracle, caller, model);
      const told = tellOf(snapshot, actor, { model, lists });
      if (wanted === told) return [];
      return [`world ${seed}, ${named}, ${model.id}: ${told}, not ${wanted}`];
    });
    return [...models, ...aliases];
  });
  return { cells: callers.length * (oracle.models.length + state.aliases.length), differences };
}

function actorOf(snapshot: CatalogSnapshot, { user, key }: OracleCaller): Actor {
  const actor = anActor(snapshot, user.id, key === null ? {} : { scopes: key.scopes });
  if (key === null || key.models === null || actor.credential.kind !== "key") return actor;
  const { uids, patterns } = key.models;
  return { ...actor, credential: { ...actor.credential, models: { uids: new Set(uids), patterns } } };
}

type Lists = {
  readonly plain: Set<string>;
  readonly withHidden: Set<string>;
  readonly callable: Set<string>;
};

function readLists(snapshot: CatalogSnapshot, actor: Actor): Lists {
  const view = { snapshot, health: board };
  const uidsOf = (showHidden: boolean) =>
    new Set(queryCatalog(view, actor, { ...aQuery({ limit: 100 }), showHidden }).rows.map(({ uid }) => uid));
  return {
    plain: uidsOf(false),
    withHidden: uidsOf(true),
    callable: new Set(listCallable(snapshot, actor).map(({ id }) => id)),
  };
}

/** All that the rules say about one caller and one model, on one line. */
function expectedOf(oracle: Oracle, caller: OracleCaller, model: OracleModel): string {
  const refusal = oracle.refusalOf(caller, model);
  const isListed = oracle.isListed(caller, model);
  return line({
    listed: isListed,
    listedWithHidden: oracle.isListed(caller, model, true),
    gettable: oracle.isGettable(caller, model),
    writable: oracle.may(caller.user, "write", model),
    refusal,
    onCallableList: isListed && refusal === null && model.record?.hidden !== true,
    explained: refusal,
    explainedListing: isListed,
  });
}

function tellOf(
  snapshot: CatalogSnapshot,
  actor: Actor,
  { model, lists }: { readonly model: OracleModel; readonly lists: Lists },
): string {
  const entry = snapshot.findByUid(model.uid);
  if (entry === undefined) return "not there";
  const resolution = snapshot.resolve(actor, entry);
  const explanation = explainModel(snapshot, actor, entry);
  const row = findModelRow({ snapshot, health: board }, actor, model.uid);
  const gettable = isGettable(snapshot, actor, entry.id);
  if ((row !== undefined) !== gettable) return "a row, but not found by name, or the other way round";
  return line({
    listed: lists.plain.has(model.uid),
    listedWithHidden: lists.withHidden.has(model.uid),
    gettable,
    writable: snapshot.decide(actor.principal, "write", entry).allowed,
    refusal: resolution.ok ? null : resolution.code,
    onCallableList: lists.callable.has(entry.id),
    explained: explanation.refusal?.code ?? null,
    explainedListing: explanation.listing === "listed",
  });
}

function expectedOfAlias(oracle: Oracle, caller: OracleCaller, alias: CatalogAlias): string {
  const targets = oracle.callableTargets(caller, alias);
  const isKnown = oracle.isNamed(caller, alias) && oracle.readsAnyTarget(caller, alias);
  return line({
    targets: targets.map(({ model }) => model?.uid).join(" "),
    onCallableList: targets.length > 0,
    unknown: !isKnown,
  });
}

function tellOfAlias(
  snapshot: CatalogSnapshot,
  actor: Actor,
  { alias, lists }: { readonly alias: CatalogAlias; readonly lists: Lists },
): string {
  const resolution = snapshot.resolveAlias(actor, alias);
  const targets = resolution.ok ? resolution.targets : [];
  return line({
    targets: targets.map(({ model }) => model.entry.uid).join(" "),
    onCallableList: lists.callable.has(alias.id),
    unknown: !resolution.ok && resolution.code === "model_not_found",
  });
}

function isGettable(snapshot: CatalogSnapshot, actor: Actor, id: string): boolean {
  try {
    return findReadable(snapshot, actor, id).id === id;
  } catch {
    return false;
  }
}

function line(facts: Readonly<Record<string, string | boolean | null>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
