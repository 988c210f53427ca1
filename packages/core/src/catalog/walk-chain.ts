import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";
import { limits } from "../limits.ts";
import { findPrincipal, listTargets, type CatalogContents } from "./catalog-contents.ts";
import type { CallTarget } from "./catalog-snapshot.ts";
import type { BaseEntry, CustomEntry, IndexedModel } from "./indexed-model.ts";
import { baseAccess, decideModel, type ReadRights } from "./model-access.ts";
import { isRetired } from "./lifecycle-index.ts";
import { findModel } from "./model-table.ts";

export const chainFailures = [
  "base_missing",
  "base_cycle",
  "base_too_deep",
  "base_not_shared",
  "base_inactive",
] as const;
export type ChainFailure = (typeof chainFailures)[number];

/** The way from a model down to its base, as far as one caller may go. */
export type ChainWalk = {
  /** From the model itself. */
  readonly chain: readonly IndexedModel[];
  readonly base: BaseEntry | undefined;
  /** Where the base is served and this caller may be sent, missing and switched-off places included. */
  readonly candidates: readonly CallTarget[];
  /** The first hop that refuses. An inactive one does not end the walk. */
  readonly failure: ChainFailure | undefined;
  /** The first of the chain whose time is over. */
  readonly retired: ModelLifecycle | undefined;
};

/** Follows the bases of a model. Every hop must be present, permitted and active. */
export function walkChain(contents: CatalogContents, rights: ReadRights, model: IndexedModel): ChainWalk {
  const chain = [model];
  let current = model;
  let failure: ChainFailure | undefined;
  let isDelegated = false;
  while (current.entry.kind === "custom") {
    const { entry } = current;
    const next = findBaseOf(contents, entry);
    const refusal = next === undefined ? "base_missing" : refuseHop(contents, rights, { chain, entry, next });
    if (next === undefined || refusal !== undefined) {
      const retired = findRetired(contents, chain);
      return { chain, base: undefined, candidates: [], failure: failure ?? refusal, retired };
    }
    if (!next.isActive) failure ??= "base_inactive";
    isDelegated = entry.record.baseAccess.kind === "delegate";
    chain.push(next);
    current = next;
  }
  const base = current.entry;
  const targets = listTargets(contents.connections, base.base);
  const all = isDelegated || baseAccess(base).kind !== "inherit";
  return {
    chain,
    base,
    candidates: all ? targets : targets.filter(({ connection }) => rights.sees(connection)),
    failure,
    retired: findRetired(contents, chain),
  };
}

function findRetired(
  { lifecycles, now }: CatalogContents,
  chain: readonly IndexedModel[],
): ModelLifecycle | undefined {
  if (lifecycles.retirements.length === 0) return undefined;
  for (const { entry } of chain) {
    const lifecycle = lifecycles.byUid.get(entry.uid);
    if (lifecycle !== undefined && isRetired(lifecycle, now())) return lifecycle;
  }
  return undefined;
}

/** The model that a custom one is built on, directly. */
export function findBaseOf(contents: CatalogContents, { record }: CustomEntry): IndexedModel | undefined {
  if (record.base === null) return undefined;
  const found = findModel(contents.models, record.base.uid);
  const kind = record.base.kind === "base" ? "base" : "custom";
  return found?.entry.kind === kind && found.entry.uid === record.base.uid ? found : undefined;
}

type Hop = {
  readonly chain: readonly IndexedModel[];
  readonly entry: CustomEntry;
  readonly next: IndexedModel;
};

function refuseHop(contents: CatalogContents, rights: ReadRights, hop: Hop): ChainFailure | undefined {
  if (hop.chain.includes(hop.next)) return "base_cycle";
  if (hop.chain.length > limits.chainDepth) return "base_too_deep";
  return isPermitted(contents, rights, hop) ? undefined : "base_not_shared";
}

function isPermitted(contents: CatalogContents, rights: ReadRights, { entry, next }: Hop): boolean {
  const { baseAccess: edge } = entry.record;
  if (edge.kind === "inherit") return rights.mayRead(next);
  // Vouched for by the role of administrator, which always may.
  if (edge.by === null) return true;
  const principal = findPrincipal(contents, edge.by) ?? null;
  return decideModel(contents, { principal, level: "write" }, next.entry).allowed;
}
