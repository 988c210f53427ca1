import { hasPermission } from "@corral/access-control";
import type { HealthBoard } from "../connection/connection-health.ts";
import type { ProviderKind } from "../connection/connection-endpoint.ts";
import type { Actor, KeyScope } from "../identity/actor.ts";
import { capabilityNames } from "../model/model-meta.ts";
import type { CatalogContents } from "./catalog-contents.ts";
import type { IndexedModel } from "./indexed-model.ts";
import { visibilityOf } from "./model-access.ts";
import type { ModelRow } from "./model-row.ts";
import type { ModelStatus } from "./model-status.ts";
import { statusOf } from "./status-of.ts";
import { VisibleModels } from "./visible-models.ts";
import { walkChain, type ChainWalk } from "./walk-chain.ts";

/** The catalog as one actor sees it at one moment. */
export type CallerView = {
  readonly contents: CatalogContents;
  readonly health: HealthBoard;
  readonly actor: Actor;
  readonly visible: VisibleModels;
  readonly seesConnections: boolean;
};

export function createCallerView(contents: CatalogContents, health: HealthBoard, actor: Actor): CallerView {
  const visible = new VisibleModels(contents, actor.principal);
  return { contents, health, actor, visible, seesConnections: maySeeConnections(actor) };
}

function maySeeConnections({ principal, permissions, credential }: Actor): boolean {
  const hasScope = (scope: KeyScope): boolean =>
    credential.kind === "session" || credential.scopes === "owner" || credential.scopes.has(scope);
  return (
    hasPermission(principal, "connections.read", permissions) &&
    (hasScope("connections:read") || hasScope("admin"))
  );
}

/** One model as one actor sees it. Facts are worked out when asked for: most filters need one of them. */
export class SeenModel {
  readonly model: IndexedModel;
  readonly #view: CallerView;
  #walk: ChainWalk | undefined;
  #mayWrite: boolean | undefined;
  #capabilities: ModelRow["capabilities"] | undefined;

  constructor(view: CallerView, model: IndexedModel) {
    this.#view = view;
    this.model = model;
  }

  get walk(): ChainWalk {
    this.#walk ??= walkChain(this.#view.contents, this.#view.visible, this.model);
    return this.#walk;
  }

  get mayWrite(): boolean {
    this.#mayWrite ??= this.#view.visible.mayWrite(this.model);
    return this.#mayWrite;
  }

  get ownerId(): string | null {
    return this.model.entry.kind === "custom" ? this.model.entry.record.ownerId : null;
  }

  get status(): ModelStatus {
    return statusOf(this.model, this.walk, this.#view.health);
  }

  get visibility(): "public" | "private" | "restricted" {
    return visibilityOf(this.#view.contents, this.model.entry);
  }

  get provider(): ProviderKind | null {
    return this.walk.candidates[0]?.connection.provider ?? null;
  }

  /** What the nearest record of the chain declares wins over what the provider says. Unknown ones are absent. */
  get capabilities(): ModelRow["capabilities"] {
    this.#capabilities ??= mergeCapabilities(this.walk);
    return this.#capabilities;
  }

  /**
   * The places that may be shown: none to those who may not see connections, nor where the name that the provider uses
   * would tell a base that the caller may not read.
   */
  listPlaces(): ChainWalk["candidates"] {
    const { chain, candidates } = this.walk;
    const base = chain.at(-1);
    return this.#view.seesConnections && base !== undefined && this.#view.visible.mayRead(base)
      ? candidates
      : [];
  }
}

const detected = Object.freeze({ value: true, source: "detected" });
const ruledOut = Object.freeze({ value: false, source: "detected" });

function mergeCapabilities({ chain, candidates }: ChainWalk): ModelRow["capabilities"] {
  const merged: ModelRow["capabilities"] = {};
  for (const { placement } of candidates) {
    for (const name of placement.facts.lacks ?? []) merged[name] = ruledOut;
  }
  // What one place is known to have, the model has.
  for (const { placement } of candidates) {
    for (const name of placement.facts.capabilities ?? []) merged[name] = detected;
  }
  for (let at = chain.length - 1; at >= 0; at -= 1) {
    const entry = chain[at]?.entry;
    const declared = (entry?.kind === "base" ? entry.override : entry?.record)?.capabilities;
    if (declared === undefined) continue;
    for (const name of capabilityNames) {
      const value = declared[name];
      if (value !== undefined) merged[name] = { value, source: "declared" };
    }
  }
  return merged;
}
