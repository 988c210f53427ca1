import type { Actor, Catalog, ModelLifecycle } from "@corral/core";

/**
 * What tells a program that the model it calls, or one that this is built on, comes to an end: `Deprecation` (RFC 9745),
 * `Sunset` (RFC 8594), and the successor of the model itself for those who may read it.
 */
export function lifecycleHeaders(
  catalog: Pick<Catalog, "current">,
  actor: Actor,
  model: string,
): Record<string, string> {
  const snapshot = catalog.current();
  const entry = snapshot.findByName(model);
  if (entry === undefined) return {};
  const endings = snapshot.endingsOf(actor, entry);
  if (endings.length === 0) return {};
  const deprecatedAt = earliest(endings.map((one) => one.deprecatedAt));
  const retiresAt = earliest(endings.flatMap((one) => one.retiresAt ?? []));
  const successor = findSuccessor(endings, entry.uid);
  const next = successor === undefined ? undefined : snapshot.findByUid(successor);
  const mayKnow = next !== undefined && snapshot.decide(actor.principal, "read", next).allowed;
  return {
    ...(deprecatedAt !== undefined && { deprecation: `@${Math.floor(deprecatedAt / 1_000)}` }),
    ...(retiresAt !== undefined && { sunset: new Date(retiresAt).toUTCString() }),
    ...(mayKnow && { link: `</v1/models/${encodeURI(next.id)}>; rel="successor-version"` }),
  };
}

function findSuccessor(endings: readonly ModelLifecycle[], uid: string): string | undefined {
  return endings.find((one) => one.uid === uid)?.successor?.uid;
}

function earliest(times: readonly string[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times.map((time) => Date.parse(time)));
}
