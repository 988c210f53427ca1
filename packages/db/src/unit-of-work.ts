import { setTimeout as pause } from "node:timers/promises";
import type { ChangeAuthor, Committed, Repositories, UnitOfWork } from "@corral/core";
import { IsolationLevel, type EntityManager, type MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { createAliasRepository } from "./repositories/alias-repository.ts";
import { createAuditLog } from "./repositories/audit-log.ts";
import { createBaseNameRepository } from "./repositories/base-name-repository.ts";
import { createConnectionRepository } from "./repositories/connection-repository.ts";
import { createDirectoryRepository } from "./repositories/directory-repository.ts";
import { createDiscoveryRepository } from "./repositories/discovery-repository.ts";
import { createGroupRepository } from "./repositories/group-repository.ts";
import { createIdentityProviderRepository } from "./repositories/identity-provider-repository.ts";
import { createLifecycleRepository } from "./repositories/lifecycle-repository.ts";
import { createOwnerMarkRepository } from "./repositories/owner-mark-repository.ts";
import { createModelRepository } from "./repositories/model-repository.ts";
import { createNameRepository } from "./repositories/name-repository.ts";
import { createPresentationRepository } from "./repositories/presentation-repository.ts";
import { createPolicyRepository } from "./repositories/policy-repository.ts";
import { createOperationRepository } from "./repositories/operation-repository.ts";
import { createPinRepository } from "./repositories/pin-repository.ts";
import { createScimRepository } from "./repositories/scim-repository.ts";
import { createUserRepository } from "./repositories/user-repository.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Session } from "./session.ts";
import { isTransactionConflict, toDomainError } from "./to-domain-error.ts";

/** Deadlocks and lost races are rare, and one more try settles nearly all of them. */
const maxAttempts = 3;

/** Longest wait before another try: enough for the other transaction to wake up and commit. */
const longestPauseMs = 50;

/** Transactions on PostgreSQL. Work that loses a race is run again, so it must not do anything outside of it. */
export function createUnitOfWork(orm: MikroORM, keys: KeyRing): UnitOfWork {
  return {
    write: (author, work) => write(orm, author, (em) => work(toRepositories({ em, keys }))),
    async read(work) {
      try {
        return await orm.em.fork().transactional((em) => work(toRepositories({ em, keys })), {
          isolationLevel: IsolationLevel.REPEATABLE_READ,
          readOnly: true,
        });
      } catch (error) {
        throw toDomainError(error);
      }
    },
  };
}

/** A transaction whose changes bear the author's name. */
export async function write<T>(
  orm: MikroORM,
  author: ChangeAuthor,
  work: (em: EntityManager) => Promise<T>,
): Promise<Committed<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await orm.em.fork().transactional(async (em) => {
        await introduce(em, author);
        const value = await work(em);
        return { value, change: await takeNumber(em) };
      });
    } catch (error) {
      if (attempt === maxAttempts || !isTransactionConflict(error)) throw toDomainError(error);
      await letTheOtherFinish();
    }
  }
}

/**
 * PostgreSQL lets a transaction that begins at once take back the row that its predecessor was
 * waited for, before the waiting one has woken up, and the two meet again. At random, so that
 * several losers do not come back together.
 */
function letTheOtherFinish(): Promise<void> {
  return pause(longestPauseMs * (0.5 + Math.random() / 2));
}

function toRepositories(session: Session): Repositories {
  return {
    models: createModelRepository(session),
    aliases: createAliasRepository(session),
    names: createNameRepository(session),
    presentation: createPresentationRepository(session),
    baseNames: createBaseNameRepository(session),
    lifecycles: createLifecycleRepository(session),
    connections: createConnectionRepository(session),
    discovery: createDiscoveryRepository(session),
    users: createUserRepository(session),
    groups: createGroupRepository(session),
    scim: createScimRepository(session),
    directory: createDirectoryRepository(session),
    identityProviders: createIdentityProviderRepository(session),
    ownerMarks: createOwnerMarkRepository(session),
    audit: createAuditLog(session),
    policies: createPolicyRepository(session),
    operations: createOperationRepository(session),
    pins: createPinRepository(session),
  };
}

/** Tells the triggers who writes, until the transaction ends. */
async function introduce(em: EntityManager, author: ChangeAuthor): Promise<void> {
  await sql`
    select set_config('corral.actor', ${author.actorId ?? "system"}, true),
      set_config('corral.action', ${author.action}, true),
      set_config('corral.request_id', ${author.requestId ?? ""}, true),
      set_config('corral.acting_as', ${author.actingAs ?? ""}, true),
      set_config('corral.undoes', ${author.undoes?.toString() ?? ""}, true)
  `.execute(em.getKysely());
}

/** Runs the deferred triggers now, a moment before the commit, to learn the number they took. */
async function takeNumber(em: EntityManager): Promise<number | null> {
  await em.flush();
  const kysely = em.getKysely();
  const { rows } = await sql<{ n: string | null }>`select corral_finish() as n`.execute(kysely);
  const n = rows[0]?.n ?? null;
  return n === null ? null : Number(n);
}
