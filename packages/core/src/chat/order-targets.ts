import type { CallTarget } from "../catalog/catalog-snapshot.ts";
import type { ConnectionState, HealthBoard } from "../connection/connection-health.ts";

const rank: Readonly<Record<ConnectionState, number>> = {
  ready: 0,
  unknown: 1,
  degraded: 1,
  unauthorized: 2,
  unreachable: 2,
  disabled: 3,
};

/** Healthy places first; equal ones stay in the order in which the connections are configured. */
export function byPreference(targets: readonly CallTarget[], health: HealthBoard): readonly CallTarget[] {
  if (targets.length < 2) return targets;
  const rankOf = (target: CallTarget) => rank[health.of(target.connection.uid)?.state ?? "unknown"];
  return targets.toSorted((one, other) => rankOf(one) - rankOf(other));
}
