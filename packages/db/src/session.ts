import type { EntityManager } from "@mikro-orm/postgresql";
import type { KeyRing } from "./key-ring.ts";
import { isTransactionConflict, toDomainError } from "./to-domain-error.ts";

/** One transaction, as the repositories see it. */
export type Session = { readonly em: EntityManager; readonly keys: KeyRing };

/**
 * Runs several statements as one: a failure takes all of them back, and the transaction around stays usable, so that
 * an import can go on with the next item.
 */
export async function atomically<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  try {
    return await em.transactional(work);
  } catch (error) {
    // A deadlock took the whole transaction, and the unit of work runs it again.
    throw isTransactionConflict(error) ? error : toDomainError(error);
  }
}

/** Reads are always of the database, never of what the same transaction saw before. */
export const fresh = { disableIdentityMap: true } as const;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

/** Whether a text can be one of our ids; anything else is simply not found, and never an error of the database. */
export function isUid(text: string): boolean {
  return uuidPattern.test(text);
}
