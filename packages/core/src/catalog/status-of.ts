import type { ConnectionState, HealthBoard } from "../connection/connection-health.ts";
import type { CallTarget } from "./catalog-snapshot.ts";
import type { IndexedModel } from "./indexed-model.ts";
import type { ModelStatus } from "./model-status.ts";
import type { ChainFailure, ChainWalk } from "./walk-chain.ts";

/** Best first: a model is as well as the best of its places. */
const placeStatuses = ["ready", "degraded", "loading", "unreachable", "disabled", "gone_upstream"] as const;
type PlaceStatus = (typeof placeStatuses)[number];

const byConnectionState = {
  ready: "ready",
  degraded: "degraded",
  unreachable: "unreachable",
  unauthorized: "unreachable",
  disabled: "disabled",
  unknown: "loading",
} as const satisfies Record<ConnectionState, PlaceStatus>;

const byFailure = {
  base_missing: "base_missing",
  base_cycle: "base_missing",
  base_too_deep: "base_missing",
  base_not_shared: "base_not_shared",
  base_inactive: "base_inactive",
} as const satisfies Record<ChainFailure, ModelStatus>;

/** How a model is for the caller whose walk it is. */
export function statusOf({ entry }: IndexedModel, walk: ChainWalk, health: HealthBoard): ModelStatus {
  if (entry.kind === "base" && entry.base.shadowed) return "shadowed";
  if (walk.failure !== undefined) return byFailure[walk.failure];
  let best: PlaceStatus = "gone_upstream";
  for (const target of walk.candidates) {
    const status = placeStatus(target, health);
    if (placeStatuses.indexOf(status) < placeStatuses.indexOf(best)) best = status;
  }
  return best;
}

function placeStatus({ connection, placement }: CallTarget, health: HealthBoard): PlaceStatus {
  if (placement.missingSince !== null) return "gone_upstream";
  if (!connection.enabled) return "disabled";
  return byConnectionState[health.of(connection.uid)?.state ?? "unknown"];
}
