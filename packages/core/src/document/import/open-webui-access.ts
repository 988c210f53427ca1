import {
  accessControlWireSchema,
  accessGrantsSchema,
  fromAccessGrants,
  fromWire,
  hasPermission,
  isSameAccess,
  type AccessControl,
  type ExplicitAccess,
  type Grants,
} from "@corral/access-control";
import type { JsonObject } from "../../json.ts";
import { DomainError } from "../../error/domain-error.ts";
import { assertMayName } from "../../model/judge-sharing.ts";
import type { World } from "../read-world.ts";

/** Names of the other installation's ids, as far as the file or the caller gives them. */
export type ForeignNames = {
  readonly users: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
};

/**
 * Who may use an imported model: never more than the file says, and never more than the importer may give.
 *
 * @returns `undefined` where the file says nothing.
 * @throws DomainError `invalid_input` for a form that means nothing, or for two that differ.
 */
export function readOpenWebUIAccess(
  row: JsonObject,
  on: { readonly world: World; readonly foreign: ForeignNames },
): { readonly access: AccessControl; readonly notes: readonly string[] } | undefined {
  const said = readForms(row);
  if (said === undefined) return undefined;
  if (said.kind === "public") return readPublic(on.world);
  if (said.kind === "private") return { access: said, notes: [] };
  const lost = { count: 0 };
  const map = (grants: Grants) => mapGrants(grants, { ...on, lost });
  const access = { kind: "restricted", read: map(said.read), write: map(said.write) } as const;
  const notes =
    lost.count === 0
      ? []
      : [
          `access: ${lost.count} of those it was shared with are unknown here, or not yours to name; they were left out.`,
        ];
  const isEmpty = [access.read, access.write].every(
    ({ groupIds, userIds }) => groupIds.length + userIds.length === 0,
  );
  return { access: isEmpty ? { kind: "private" } : access, notes };
}

function readForms({
  access_control: control,
  access_grants: grants,
}: JsonObject): ExplicitAccess | undefined {
  const older = control === undefined ? undefined : accessControlWireSchema.safeParse(control);
  const newer = grants === undefined || grants === null ? undefined : accessGrantsSchema.safeParse(grants);
  const problem = older?.error ?? newer?.error;
  if (problem !== undefined) throw wrongAccess(problem.issues[0]?.message ?? "has a wrong form");
  const first = older?.data === undefined ? undefined : fromWire(older.data);
  const second = newer?.data === undefined ? undefined : fromAccessGrants(newer.data);
  if (first !== undefined && second !== undefined && !isSameAccess(first, second)) {
    throw wrongAccess("access_control and access_grants say different things");
  }
  return second ?? first;
}

function readPublic({ actor }: World): { readonly access: AccessControl; readonly notes: readonly string[] } {
  if (hasPermission(actor.principal, "models.share_public", actor.permissions))
    return { access: { kind: "public" }, notes: [] };
  return {
    access: { kind: "private" },
    notes: [
      "access: it was public; sharing with everyone needs the permission models.share_public, so it is private here.",
    ],
  };
}

function mapGrants(
  { userIds, groupIds }: Grants,
  on: { readonly world: World; readonly foreign: ForeignNames; readonly lost: { count: number } },
): Grants {
  const { world, foreign, lost } = on;
  const { names } = world;
  const keep = (ids: readonly string[], toGrants: (id: string) => Grants, toId: (id: string) => string) => {
    const kept = new Set(ids.map(toId).filter((id) => mayName(world, toGrants(id))));
    lost.count += new Set(ids).size - kept.size;
    return [...kept];
  };
  return {
    userIds: keep(
      userIds,
      (id) => ({ userIds: [id], groupIds: [] }),
      (id) => names.toUserId(foreign.users.get(id) ?? id),
    ),
    groupIds: keep(
      groupIds,
      (id) => ({ userIds: [], groupIds: [id] }),
      (id) => names.toGroupId(foreign.groups.get(id) ?? id),
    ),
  };
}

function mayName({ actor, snapshot }: World, grants: Grants): boolean {
  if (!hasPermission(actor.principal, "models.share", actor.permissions)) return false;
  try {
    assertMayName(actor, grants, snapshot);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

function wrongAccess(message: string): DomainError {
  return new DomainError("invalid_input", `access_control: ${message}.`, {
    details: { issues: [{ path: ["access_control"], message }] },
  });
}
