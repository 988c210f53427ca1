import type { AccessDecision, AccessLevel, Permission, Principal } from "@corral/access-control";
import type { Actor } from "../identity/actor.ts";
import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";
import type { BaseModel, Placement } from "../model/base-model.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type {
  CatalogAlias,
  CatalogBaseName,
  CatalogConnection,
  CatalogCustom,
  CatalogGroup,
  CatalogOverride,
  CatalogRevision,
  CatalogSettings,
  CatalogUser,
} from "./catalog-state.ts";

/** One model of the catalog: what a provider serves with what was stored about it, or what a person made. */
export type CatalogEntry =
  | {
      readonly kind: "base";
      readonly uid: string;
      readonly id: string;
      readonly base: BaseModel;
      readonly override: CatalogOverride | null;
      /** What is said about all tags of its name; the override wins. */
      readonly baseName: CatalogBaseName | null;
    }
  | { readonly kind: "custom"; readonly uid: string; readonly id: string; readonly record: CatalogCustom };

/** A place a call may go to. */
export type CallTarget = { readonly connection: CatalogConnection; readonly placement: Placement };

/** What gives params; `pin` when this caller is held to another revision of a record. */
export type ResolvedRecord = {
  readonly uid: string;
  readonly revision: number;
  readonly pin?: string;
  /** The settings of all tags of one of Ollama's names; else a record. */
  readonly of?: "base_name";
};

/**
 * The way from a model to the endpoints that may answer for it, as one caller may use it.
 *
 * `records` lists what gives params, from the model itself down to the override of the base and of its base name.
 */
export type ResolvedModel = {
  readonly entry: CatalogEntry;
  readonly chain: readonly CatalogEntry[];
  readonly base: Extract<CatalogEntry, { kind: "base" }>;
  readonly records: readonly ResolvedRecord[];
  /** Never empty; in the order in which connections are configured. */
  readonly targets: readonly CallTarget[];
};

export type Resolution =
  | { readonly ok: true; readonly model: ResolvedModel }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** The models behind an alias that one caller may call, in its order; never empty. */
export type AliasResolution =
  | { readonly ok: true; readonly targets: readonly WeightedModel[] }
  | Extract<Resolution, { ok: false }>;
export type WeightedModel = { readonly weight: number; readonly model: ResolvedModel };

/** The merged catalog at one revision. Immutable. */
export interface CatalogSnapshot {
  readonly revision: CatalogRevision;
  readonly settings: CatalogSettings;
  readonly size: number;
  /** By public name, as people write it (case, `:latest`), or `<slug>/<id>` for a shadowed one. An alias is no model. */
  findByName(name: string): CatalogEntry | undefined;
  /** By its name, as people write it. */
  findAlias(name: string): CatalogAlias | undefined;
  findAliasByUid(uid: string): CatalogAlias | undefined;
  /** In no particular order. */
  aliases(): readonly CatalogAlias[];
  findByUid(uid: string): CatalogEntry | undefined;
  findConnection(uid: string): CatalogConnection | undefined;
  connections(): readonly CatalogConnection[];
  findUser(id: string): CatalogUser | undefined;
  findGroup(id: string): CatalogGroup | undefined;
  /** The caller as the policy sees them; `undefined` for an unknown account. */
  principalOf(userId: string): Principal | undefined;
  /** What an account may do apart from any single model: nothing for an unknown, pending or suspended one. */
  permissionsOf(userId: string): ReadonlySet<Permission>;
  /** The one access decision: list, get and call agree because all ask here. */
  decide(principal: Principal | null, level: AccessLevel, entry: CatalogEntry): AccessDecision;
  /** Whether and where a call may go: readable, active, and every hop present, active and permitted. */
  resolve(actor: Actor, entry: CatalogEntry): Resolution;
  /** Whether and where a call of an alias may go: its targets are bases under the same rule, each asked for this caller. */
  resolveAlias(actor: Actor, alias: CatalogAlias): AliasResolution;
  /** What is said about the end of a model. */
  lifecycleOf(uid: string): ModelLifecycle | undefined;
  /** What is said about the end of a model and of those that it is built on, as far as the actor may go. */
  endingsOf(actor: Actor, entry: CatalogEntry): readonly ModelLifecycle[];
  /** uids of the custom models that are built on this object, directly. */
  dependantsOf(uid: string): readonly string[];
}
