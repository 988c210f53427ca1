import type { ExplicitAccess, Grants } from "@corral/access-control";
import type { CatalogEntry, CatalogSnapshot } from "@corral/core";

/** The access that counts, and whether it is the connections' default. */
export function findEffectiveAccess(
  snapshot: CatalogSnapshot,
  entry: CatalogEntry,
): { readonly access: ExplicitAccess; readonly inherited: boolean } {
  const access = entry.kind === "custom" ? entry.record.access : entry.override?.access;
  if (access !== undefined && access.kind !== "inherit") return { access, inherited: false };
  if (entry.kind === "custom") return { access: { kind: "private" }, inherited: false };
  const defaults = entry.base.placements.flatMap(
    ({ connectionUid }) => snapshot.findConnection(connectionUid)?.defaultVisibility ?? [],
  );
  return { access: widestOf(defaults), inherited: true };
}

/** One connection that shows a model is enough to read it. */
function widestOf(defaults: readonly ExplicitAccess[]): ExplicitAccess {
  if (defaults.some(({ kind }) => kind === "public")) return { kind: "public" };
  const restricted = defaults.filter((access) => access.kind === "restricted");
  if (restricted.length === 0) return { kind: "private" };
  const join = (level: "read" | "write"): Grants => ({
    groupIds: [...new Set(restricted.flatMap((access) => access[level].groupIds))],
    userIds: [...new Set(restricted.flatMap((access) => access[level].userIds))],
  });
  return { kind: "restricted", read: join("read"), write: join("write") };
}
