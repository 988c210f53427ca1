import { DomainError, lookupKeys } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";

/**
 * Claims a record's name, and every spelling that a caller may mean by it (`x:latest` is also `x`).
 *
 * Waits for a transaction that is claiming the same name, and loses to it if that one commits.
 *
 * @throws DomainError `model_id_taken`.
 */
export async function claimNames(
  em: EntityManager,
  owner: { readonly recordUid: string; readonly id: string },
): Promise<void> {
  // In one order everywhere: two transactions that want the same names then wait for each other in a line, not a ring.
  const keys = [...lookupKeys(owner.id)].toSorted();
  const { numAffectedRows } = await sql`
    insert into public_names (key, display, record_uid)
    select key, ${owner.id}, ${owner.recordUid} from unnest(${keys}::text[]) key
    on conflict do nothing
  `.execute(em.getKysely());
  if (numAffectedRows === BigInt(keys.length)) return;
  throw new DomainError("model_id_taken", `Another model already has the name "${owner.id}".`);
}
