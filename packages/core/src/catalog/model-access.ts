import {
  decideAccess,
  type AccessControl,
  type AccessDecision,
  type AccessLevel,
  type AccessSubject,
  type ExplicitAccess,
  type Principal,
} from "@corral/access-control";
import type { CatalogContents } from "./catalog-contents.ts";
import type { CatalogEntry } from "./catalog-snapshot.ts";
import type { CatalogConnection } from "./catalog-state.ts";
import type { BaseEntry, IndexedModel } from "./indexed-model.ts";

const nobody: ExplicitAccess = { kind: "private" };

/** The part of a caller's rights that a walk along a chain needs. */
export type ReadRights = {
  readonly mayRead: (model: IndexedModel) => boolean;
  /** Whether bases without access rules of their own are shown to the caller on this connection. */
  readonly sees: (connection: CatalogConnection) => boolean;
};

/**
 * The one access decision about a model.
 *
 * A base without access rules of its own is judged once for each connection that serves it: one that shows it is enough
 * to read, but as an override counts everywhere, to write takes all of them. On no connection, it is administrators'.
 */
export function decideModel(
  contents: Pick<CatalogContents, "connections">,
  { principal, level }: { readonly principal: Principal | null; readonly level: AccessLevel },
  entry: CatalogEntry,
): AccessDecision {
  if (entry.kind === "custom") {
    const { ownerId, access } = entry.record;
    return decideAccess(principal, level, { kind: "custom", ownerId, access });
  }
  let last: AccessDecision | undefined;
  for (const inherited of inheritedAccess(contents, entry)) {
    last = decideAccess(principal, level, baseSubject(entry, inherited));
    if (last.allowed === (level === "read")) return last;
  }
  return last ?? decideAccess(principal, level, baseSubject(entry, nobody));
}

/** Whether a base without access rules of its own is shown to someone on this connection. */
export function decideConnection(principal: Principal | null, connection: CatalogConnection): boolean {
  const subject: AccessSubject = {
    kind: "base",
    access: { kind: "inherit" },
    inherited: connection.defaultVisibility,
  };
  return decideAccess(principal, "read", subject).allowed;
}

/** Rights decided one by one, for a single call. */
export function decidedRights(contents: CatalogContents, principal: Principal): ReadRights {
  return {
    mayRead: ({ entry }) => decideModel(contents, { principal, level: "read" }, entry).allowed,
    sees: (connection) => decideConnection(principal, connection),
  };
}

/** What is stored about a base, or that it has no rules of its own. */
export function baseAccess(entry: BaseEntry): AccessControl {
  return entry.override?.access ?? { kind: "inherit" };
}

/** How widely a model is shared: for a base the widest of its connections. */
export function visibilityOf(contents: CatalogContents, entry: CatalogEntry): ExplicitAccess["kind"] {
  const access = entry.kind === "custom" ? entry.record.access : baseAccess(entry);
  if (access.kind !== "inherit") return widthOf(access);
  if (entry.kind === "custom") return "private";
  const widths = inheritedAccess(contents, entry).map(widthOf);
  if (widths.includes("public")) return "public";
  return widths.includes("restricted") ? "restricted" : "private";
}

// Grants that name nobody are not shared with anybody.
function widthOf(access: ExplicitAccess): ExplicitAccess["kind"] {
  if (access.kind !== "restricted") return access.kind;
  const lists = [access.read.groupIds, access.read.userIds, access.write.groupIds, access.write.userIds];
  return lists.some((ids) => ids.length > 0) ? "restricted" : "private";
}

function inheritedAccess(
  { connections }: Pick<CatalogContents, "connections">,
  entry: BaseEntry,
): readonly ExplicitAccess[] {
  return entry.base.placements.flatMap(
    ({ connectionUid }) => connections.get(connectionUid)?.defaultVisibility ?? [],
  );
}

function baseSubject(entry: BaseEntry, inherited: ExplicitAccess): AccessSubject {
  return { kind: entry.override === null ? "base" : "override", access: baseAccess(entry), inherited };
}
