import {
  DomainError,
  limits,
  type ArchivedConnection,
  type Connection,
  type ConnectionSecrets,
} from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { ConnectionEntity, ConnectionHealthEntity } from "../entities/connection.entity.ts";
import { fresh, isUid, type Session } from "../session.ts";
import { lockListing } from "./apply-listing.ts";
import { sealSecrets, toConnections, toEditableColumns } from "./connection-columns.ts";
import { connectionGrants, writeGrants } from "./grants.ts";
import { deleteUnusedBases } from "./unused-bases.ts";

export async function archiveConnection(em: EntityManager, uid: string): Promise<void> {
  // a listing that is under way would leave placements behind, which keep their names from others
  await lockListing(em, uid);
  const archived = isUid(uid)
    ? await em.nativeUpdate(
        ConnectionEntity,
        { uid, archivedAt: null },
        {
          archivedAt: new Date(),
          enabled: false,
          sealedKey: null,
          sealedHeaders: null,
          keyFingerprint: null,
          keySetAt: null,
          sealedClientSecret: null,
          clientSecretFingerprint: null,
          clientSecretSetAt: null,
          headerNames: [],
          secretReferences: {},
        },
      )
    : 0;
  if (archived === 0) throw new DomainError("connection_not_found");
  // What was listed last must be applied again should it come back.
  await em.nativeDelete(ConnectionHealthEntity, { connectionUid: uid });
  const { rows } = await sql<{ base_uid: string }>`
    with gone as (delete from placements where connection_uid = ${uid} returning *)
    insert into archived_placements (connection_uid, upstream_id, base_uid, facts)
    select connection_uid, upstream_id, base_uid, facts from gone
    returning base_uid
  `.execute(em.getKysely());
  // Those of them that go take their line in the archive with them.
  await deleteUnusedBases(
    em,
    rows.map(({ base_uid }) => base_uid),
  );
}

/** The latest first. */
export async function listArchived(em: EntityManager): Promise<ArchivedConnection[]> {
  const rows = await em.find(
    ConnectionEntity,
    { archivedAt: { $ne: null } },
    { ...fresh, orderBy: { archivedAt: "desc", uid: "asc" }, limit: limits.archivedConnections },
  );
  const { rows: counts } = await sql<{ uid: string; count: number }>`
    select connection_uid as uid, count(*)::int as count from archived_placements group by 1
  `.execute(em.getKysely());
  const countOf = new Map(counts.map(({ uid, count }) => [uid, count]));
  const archivedAt = new Map(rows.map((row) => [row.uid, row.archivedAt?.toISOString() ?? ""]));
  return (await toConnections(em, rows)).map((connection) => ({
    ...connection,
    archivedAt: archivedAt.get(connection.uid) ?? "",
    modelCount: countOf.get(connection.uid) ?? 0,
  }));
}

export async function restoreConnection(
  { em, keys }: Session,
  connection: Connection,
  secrets: ConnectionSecrets,
): Promise<void> {
  const { uid, revision } = connection;
  const { rows } = await sql<{ position: number }>`
    select coalesce(max(position) + 1, 0) as position from connections where archived_at is null
  `.execute(em.getKysely());
  const restored = isUid(uid)
    ? await em.nativeUpdate(
        ConnectionEntity,
        { uid, revision, archivedAt: { $ne: null } },
        {
          ...toEditableColumns(connection),
          ...sealSecrets(await keys.forSealing(em), uid, { secrets }),
          archivedAt: null,
          position: rows[0]?.position ?? 0,
          revision: revision + 1,
          updatedAt: new Date(),
        },
      )
    : 0;
  if (restored === 0) throw new DomainError("connection_not_found");
  await writeGrants(em, connectionGrants, { uid, access: connection.defaultVisibility });
  await sql`
    with back as (delete from archived_placements where connection_uid = ${uid} returning *)
    insert into placements (connection_uid, upstream_id, base_uid, facts, missing_since)
    select connection_uid, upstream_id, base_uid, facts, now() from back
  `.execute(em.getKysely());
}
