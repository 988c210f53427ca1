import { randomUUID } from "node:crypto";
import {
  DomainError,
  type Connection,
  type ConnectionRepository,
  type ConnectionSecrets,
  type NewConnection,
} from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { ConnectionEntity } from "../entities/connection.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";
import { archiveConnection, listArchived, restoreConnection } from "./connection-archive.ts";
import { openSecrets, sealSecrets, toConnections, toEditableColumns } from "./connection-columns.ts";
import { connectionGrants, writeGrants } from "./grants.ts";

export function createConnectionRepository(session: Session): ConnectionRepository {
  const { em } = session;
  return {
    list: () => list(em, {}),
    find: (uid) => find(em, uid),
    async getSecrets(uid) {
      const row = isUid(uid) ? await em.findOne(ConnectionEntity, { uid, archivedAt: null }, fresh) : null;
      if (row === null) throw new DomainError("connection_not_found");
      const { sealedKey, sealedClientSecret, sealedHeaders } = row;
      return openSecrets(await session.keys.forOpening(sealedKey, sealedClientSecret, sealedHeaders), row);
    },
    insert: (connection, secrets) =>
      atomically(em, (inner) => insert({ ...session, em: inner }, connection, secrets)),
    update: (connection, secrets) =>
      atomically(em, (inner) => update({ ...session, em: inner }, connection, secrets)),
    archive: (uid) => atomically(em, (inner) => archiveConnection(inner, uid)),
    listArchived: () => listArchived(em),
    restore: (connection, secrets) =>
      atomically(em, async (inner) => {
        await restoreConnection({ ...session, em: inner }, connection, secrets);
        return getStored(inner, connection.uid);
      }),
  };
}

async function list(em: EntityManager, where: { readonly uid?: string }): Promise<Connection[]> {
  const orderBy = { position: "asc", createdAt: "asc", uid: "asc" } as const;
  const rows = await em.find(ConnectionEntity, { ...where, archivedAt: null }, { ...fresh, orderBy });
  return toConnections(em, rows);
}

async function find(em: EntityManager, uid: string): Promise<Connection | undefined> {
  return isUid(uid) ? (await list(em, { uid }))[0] : undefined;
}

async function insert(
  { em, keys }: Session,
  connection: NewConnection,
  secrets: ConnectionSecrets,
): Promise<Connection> {
  const uid = randomUUID();
  const { rows } = await sql<{ position: number }>`
    select coalesce(max(position) + 1, 0) as position from connections where archived_at is null
  `.execute(em.getKysely());
  await em.insert(ConnectionEntity, {
    uid,
    provider: connection.provider,
    position: rows[0]?.position ?? 0,
    ...toEditableColumns(connection),
    ...sealSecrets(await keys.forSealing(em), uid, { secrets }),
  });
  await writeGrants(em, connectionGrants, { uid, access: connection.defaultVisibility });
  return getStored(em, uid);
}

async function update(
  { em, keys }: Session,
  connection: Connection,
  secrets: ConnectionSecrets | undefined,
): Promise<Connection> {
  const { uid, revision, position } = connection;
  const before = isUid(uid) ? await em.findOne(ConnectionEntity, { uid, archivedAt: null }, fresh) : null;
  if (before === null) throw new DomainError("connection_not_found");
  const changed = await em.nativeUpdate(
    ConnectionEntity,
    { uid, revision, archivedAt: null },
    {
      ...toEditableColumns(connection),
      ...(secrets && sealSecrets(await keys.forSealing(em), uid, { secrets, before })),
      position,
      revision: revision + 1,
      updatedAt: new Date(),
    },
  );
  if (changed === 0) {
    throw new DomainError("revision_conflict", undefined, { details: { current: await find(em, uid) } });
  }
  await writeGrants(em, connectionGrants, { uid, access: connection.defaultVisibility });
  return getStored(em, uid);
}

async function getStored(em: EntityManager, uid: string): Promise<Connection> {
  const connection = await find(em, uid);
  if (connection === undefined) throw new DomainError("connection_not_found");
  return connection;
}
