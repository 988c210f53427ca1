import type { CatalogContents } from "../catalog/catalog-contents.ts";
import { mergeCapabilities } from "../catalog/caller-view.ts";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { IndexedModel } from "../catalog/indexed-model.ts";
import { contentsOf } from "../catalog/memory-snapshot.ts";
import { findModel } from "../catalog/model-table.ts";
import { findBaseOf, hasVouch } from "../catalog/walk-chain.ts";
import { toLayers, type RecordConfig } from "../chat/resolve-chat-request.ts";
import { canonicalJson } from "../json-equality.ts";
import { limits } from "../limits.ts";
import { mergeParams } from "../model/merge-params.ts";
import type { ModelParams } from "../model/model-params.ts";
import { chainBelow, placesOf, recordUidsOf } from "./chain-below.ts";
import { compareAccess, type AccessChange } from "./compare-access.ts";
import { listDependents } from "./list-dependents.ts";
import { compareSettings, listSettings, type ParamSetting, type SettingChange } from "./param-settings.ts";
import { classifyPeople } from "./people-classes.ts";

/** The world at one moment, with what the catalog does not hold. */
export type ImpactState = {
  readonly snapshot: CatalogSnapshot;
  /** By uid of the record. */
  readonly configs: ReadonlyMap<string, RecordConfig>;
  /** By uid of the connection. */
  readonly connectionParams: ReadonlyMap<string, ModelParams>;
};

/** Whether someone vouches for the way from a model to its base. */
export type Delegation = "none" | "stands" | "ended";

export const impactKinds = ["params", "capabilities", "base", "delegation", "readers", "callers"] as const;
export type ImpactKind = (typeof impactKinds)[number];

/** What becomes different about one model. */
export type ModelImpact = {
  readonly uid: string;
  readonly kinds: readonly ImpactKind[];
  readonly params: readonly SettingChange[];
  readonly delegation: { readonly before: Delegation; readonly after: Delegation };
  readonly access: AccessChange;
};

export type Impact = {
  /** Only models that change; the one that is edited first, then nearest first. */
  readonly models: readonly ModelImpact[];
  /** `false`: there are more dependants, or people, than are looked at. */
  readonly complete: boolean;
};

/** Which models a change reaches: the changed one, and all that stand on it before or after. At most so many. */
export function listReached(
  states: readonly Pick<ImpactState, "snapshot">[],
  uid: string,
): { readonly uids: readonly string[]; readonly complete: boolean } {
  const above = states.flatMap(({ snapshot }) => listDependents(snapshot, uid).map((found) => found.uid));
  const all = [...new Set([uid, ...above])];
  return { uids: all.slice(0, limits.previewModels), complete: all.length <= limits.previewModels };
}

/** What differs between two states of the world for these models and everybody who uses them. Pure. */
export function computeImpact(
  before: ImpactState,
  after: ImpactState,
  reached: ReturnType<typeof listReached>,
): Impact {
  const { models, classes } = survey([before, after], reached.uids);
  const affordable = Math.max(1, Math.floor(limits.previewCells / Math.max(1, classes.length)));
  const found = models.slice(0, affordable).flatMap((uid) => {
    const [old, now] = [lookAt(before, uid), lookAt(after, uid)];
    const access = compareAccess({ before: before.snapshot, after: after.snapshot, uid }, classes);
    const params = compareSettings(old.settings, now.settings);
    const delegation = { before: old.delegation, after: now.delegation };
    const differs: Record<ImpactKind, boolean> = {
      params: params.length > 0,
      capabilities: old.capabilities !== now.capabilities,
      base: old.baseUid !== now.baseUid,
      delegation: old.delegation !== now.delegation,
      readers: access.readers.gained.length + access.readers.lost.length > 0,
      callers: access.callers.gained.length + access.callers.lost.length > 0,
    };
    const kinds = impactKinds.filter((kind) => differs[kind]);
    return kinds.length === 0 ? [] : [{ uid, kinds, params, delegation, access }];
  });
  return { models: found, complete: reached.complete && models.length <= affordable };
}

/** Everybody in classes that no model reached, nor anything below one, tells apart. */
function survey(states: readonly ImpactState[], models: readonly string[]) {
  const seen = new Set<IndexedModel>();
  for (const { snapshot } of states) {
    const contents = contentsOf(snapshot);
    for (const uid of models) {
      const model = findModel(contents.models, uid);
      if (model !== undefined) for (const below of chainBelow(contents, model)) seen.add(below);
    }
  }
  const [{ snapshot } = { snapshot: undefined }] = states;
  return { models, classes: snapshot === undefined ? [] : classifyPeople(contentsOf(snapshot), seen) };
}

type Look = {
  readonly settings: readonly ParamSetting[];
  readonly capabilities: string;
  readonly baseUid: string | undefined;
  readonly delegation: Delegation;
};

const nothing: Look = { settings: [], capabilities: "", baseUid: undefined, delegation: "none" };

function lookAt(state: ImpactState, uid: string): Look {
  const contents = contentsOf(state.snapshot);
  const model = findModel(contents.models, uid);
  if (model === undefined) return nothing;
  const chain = chainBelow(contents, model);
  const places = placesOf(contents, chain);
  const connectionUid = places[0]?.connection.uid ?? "";
  const layers = toLayers({
    connectionUid,
    connectionParams: state.connectionParams.get(connectionUid) ?? {},
    records: recordUidsOf(chain).flatMap((recordUid) => state.configs.get(recordUid) ?? []),
  });
  return {
    settings: listSettings(mergeParams(layers), layers),
    capabilities: canonicalJson(mergeCapabilities({ chain, candidates: places })),
    baseUid: chain.length > 1 ? chain.at(-1)?.entry.uid : undefined,
    delegation: delegationOf(contents, model),
  };
}

/** Whether somebody vouches for a model's way to its base. */
export function delegationOf(contents: CatalogContents, { entry }: IndexedModel): Delegation {
  if (entry.kind === "base" || entry.record.baseAccess.kind === "inherit") return "none";
  const base = findBaseOf(contents, entry);
  return base !== undefined && hasVouch(contents, entry, base) ? "stands" : "ended";
}
