import type { AuditLog } from "@corral/core";
import { sql } from "kysely";
import type { Session } from "../session.ts";

export function createAuditLog({ em }: Session): AuditLog {
  return {
    async note({ targetKind, targetUid, details }) {
      await sql`
        select corral_write_change(
          ${targetKind}, ${targetUid}, corral_take_number(false), false, null, ${JSON.stringify(details)}::jsonb, 'note'
        )
      `.execute(em.getKysely());
    },
  };
}
