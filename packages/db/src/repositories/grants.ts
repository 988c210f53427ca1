import type { AccessControl, Grants } from "@corral/access-control";
import { DomainError } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { isUid } from "../session.ts";

/** The two tables of the same shape: one row a right and principal. */
export const recordGrants = { table: "record_grants", owner: "record_uid" } as const;
export const connectionGrants = { table: "connection_grants", owner: "connection_uid" } as const;
type GrantTable = typeof recordGrants | typeof connectionGrants;

export type GrantLists = { readonly read: Grants; readonly write: Grants };

const nobody: Grants = { groupIds: [], userIds: [] };
export const noGrants: GrantLists = { read: nobody, write: nobody };

/** The lists of each owner; one that has none is absent. */
export async function readGrants(
  em: EntityManager,
  { table, owner }: GrantTable,
  owners: readonly string[],
): Promise<ReadonlyMap<string, GrantLists>> {
  if (owners.length === 0) return new Map();
  const { rows } = await sql<GrantRow>`
    select ${sql.ref(owner)} as owner, ${grantColumns} from ${sql.table(table)}
    where ${sql.ref(owner)} = any(${owners}::uuid[]) group by 1
  `.execute(em.getKysely());
  return new Map(rows.map((row) => [row.owner, toGrantLists(row)]));
}

/** Four arrays for one owner, in the order in which the rights were given. */
export const grantColumns = sql`
  array_agg(group_id order by id) filter (where level = 'read' and group_id is not null) as read_groups,
  array_agg(user_id order by id) filter (where level = 'read' and user_id is not null) as read_users,
  array_agg(group_id order by id) filter (where level = 'write' and group_id is not null) as write_groups,
  array_agg(user_id order by id) filter (where level = 'write' and user_id is not null) as write_users
`;

export type GrantArrays = {
  readonly read_groups: string[] | null;
  readonly read_users: string[] | null;
  readonly write_groups: string[] | null;
  readonly write_users: string[] | null;
};
type GrantRow = GrantArrays & { readonly owner: string };

function toGrantLists(row: GrantArrays): GrantLists {
  return {
    read: { groupIds: row.read_groups ?? [], userIds: row.read_users ?? [] },
    write: { groupIds: row.write_groups ?? [], userIds: row.write_users ?? [] },
  };
}

/** The domain form. A restricted object all of whose principals have vanished is restricted to nobody, not opened. */
export function toAccess<K extends AccessControl["kind"]>(
  kind: K,
  lists: GrantLists | GrantArrays | undefined,
): Extract<AccessControl, { kind: K }> {
  const access =
    kind === "restricted"
      ? {
          kind,
          ...(lists === undefined ? noGrants : "read" in lists ? lists : toGrantLists(lists)),
        }
      : { kind };
  return access as Extract<AccessControl, { kind: K }>; // safe: built from its own kind
}

/** Makes the stored rows those of `access`; only the difference is written, and so only it is logged. */
export async function writeGrants(
  em: EntityManager,
  { table, owner }: GrantTable,
  target: { readonly uid: string; readonly access: AccessControl },
): Promise<void> {
  const wanted = toRows(target.access);
  if (wanted.some((row) => !isUid(row.group_id ?? row.user_id ?? ""))) {
    throw new DomainError(
      "principal_not_found",
      "Access is granted to an id that is no user's and no group's.",
    );
  }
  await sql`
    with wanted as (
      select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
        as w(level text, group_id uuid, user_id uuid)
    ), gone as (
      delete from ${sql.table(table)} g where ${sql.ref(owner)} = ${target.uid} and not exists (
        select from wanted w where w.level = g.level
          and w.group_id is not distinct from g.group_id and w.user_id is not distinct from g.user_id
      )
    )
    insert into ${sql.table(table)} (${sql.ref(owner)}, level, group_id, user_id)
    select ${target.uid}, level, group_id, user_id from wanted
    on conflict do nothing
  `.execute(em.getKysely());
}

type Row = { readonly level: "read" | "write"; readonly group_id?: string; readonly user_id?: string };

function toRows(access: AccessControl): readonly Row[] {
  if (access.kind !== "restricted") return [];
  return (["read", "write"] as const).flatMap((level): Row[] => [
    ...access[level].groupIds.map((group_id) => ({ level, group_id })),
    ...access[level].userIds.map((user_id) => ({ level, user_id })),
  ]);
}
