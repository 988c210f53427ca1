import {
  capabilitiesSchema,
  modelParamsSchema,
  paramModesSchema,
  type PinRepository,
  type PinTarget,
  type RevisionPin,
} from "@corral/core";
import { sql } from "kysely";
import { z } from "zod";
import { isUid, type Session } from "../session.ts";

type Row = {
  readonly uid: string;
  readonly revision: number;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly percent: number | null;
  readonly created_by: string | null;
  readonly created_at: string;
};

const columns = sql`uid, revision, user_id, key_id, percent, created_by, created_at`;

const configSchema = z.object({
  params: modelParamsSchema,
  paramModes: paramModesSchema,
  capabilities: capabilitiesSchema,
});

export function createPinRepository({ em }: Session): PinRepository {
  return {
    async list(recordUid) {
      const { rows } = await sql<Row>`
        select ${columns} from revision_pins where record_uid = ${recordUid} order by created_at, uid
      `.execute(em.getKysely());
      return rows.map(toPin);
    },
    async set(recordUid, { revision, target, config, createdBy }) {
      const userId = target.kind === "user" ? target.userId : null;
      const keyId = target.kind === "key" ? target.keyId : null;
      const percent = target.kind === "share" ? target.percent : null;
      await sql`
        delete from revision_pins where record_uid = ${recordUid} and (
          user_id = ${userId} or key_id = ${keyId}
          or (percent is not null and ${percent}::int is not null and revision = ${revision})
        )
      `.execute(em.getKysely());
      const { rows } = await sql<Row>`
        insert into revision_pins (record_uid, revision, user_id, key_id, percent, config, created_by)
        values (${recordUid}, ${revision}, ${userId}, ${keyId}, ${percent}, ${JSON.stringify(config)}::jsonb, ${createdBy})
        returning ${columns}
      `.execute(em.getKysely());
      const [row] = rows;
      if (row === undefined) throw new Error("An inserted pin was not returned.");
      return toPin(row);
    },
    async remove(recordUid, uid) {
      if (!isUid(uid)) return false;
      const { numAffectedRows } = await sql`
        delete from revision_pins where record_uid = ${recordUid} and uid = ${uid}
      `.execute(em.getKysely());
      return numAffectedRows === 1n;
    },
    async findConfigs(uids) {
      const { rows } = await sql<{ uid: string; config: unknown }>`
        select uid, config from revision_pins where uid = any(${uids}::uuid[])
      `.execute(em.getKysely());
      return new Map(rows.map(({ uid, config }) => [uid, configSchema.parse(config)]));
    },
    async findKeyOwner(keyId) {
      if (!isUid(keyId)) return undefined;
      const { rows } = await sql<{ user_id: string }>`
        select user_id from api_keys where id = ${keyId} and revoked_at is null
      `.execute(em.getKysely());
      return rows[0]?.user_id;
    },
  };
}

function toPin(row: Row): RevisionPin {
  return {
    uid: row.uid,
    revision: row.revision,
    target: toTarget(row),
    createdBy: row.created_by,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

function toTarget({ user_id: userId, key_id: keyId, percent }: Row): PinTarget {
  if (userId !== null) return { kind: "user", userId };
  return keyId === null ? { kind: "share", percent: percent ?? 0 } : { kind: "key", keyId };
}
