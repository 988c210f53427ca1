import { randomUUID } from "node:crypto";
import { DomainError, type User, type UserQuery, type UserRepository } from "@corral/core";
import type { EntityManager, FilterQuery, InferEntity } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { UserEntity } from "../entities/user.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";

type Row = InferEntity<typeof UserEntity>;
/** Without the picture, which may be larger than all the rest of a list. */
const slim = { exclude: ["image"] } as const;

export function createUserRepository({ em }: Session): UserRepository {
  return {
    async list({ offset, limit, ...query }) {
      const orderBy = { name: "asc", id: "asc" } as const;
      const options = { ...fresh, ...slim, orderBy, offset, limit };
      const [rows, total] = await em.findAndCount(UserEntity, toFilter(query), options);
      return { users: rows.map(toUser), total };
    },
    async search({ text, knowsAddresses, limit }) {
      const part = `%${escapeLike(text)}%`;
      const email = { $ilike: knowsAddresses ? part : escapeLike(text) };
      const where: FilterQuery<Row> = {
        status: "active",
        role: { $ne: "pending" },
        $or: [{ name: { $ilike: part } }, { email }],
      };
      const orderBy = { name: "asc", id: "asc" } as const;
      return (await em.find(UserEntity, where, { ...fresh, ...slim, orderBy, limit })).map(toUser);
    },
    async find(id) {
      const row = isUid(id) ? await em.findOne(UserEntity, { id }, { ...fresh, ...slim }) : null;
      return row === null ? undefined : toUser(row);
    },
    async findImage(id) {
      const row = isUid(id) ? await em.findOne(UserEntity, { id }, fresh) : null;
      return row?.image ?? null;
    },
    insertService: (account) =>
      atomically(em, async (inner) => {
        const id = randomUUID();
        // The name that no mail reaches (RFC 2606): nobody can sign up or in with it.
        await inner.insert(UserEntity, { ...account, id, email: `${id}@service.invalid`, kind: "service" });
        return toUser(await inner.findOneOrFail(UserEntity, { id }, { ...fresh, ...slim }));
      }),
    update: (id, change) =>
      atomically(em, async (inner) => {
        const changed = isUid(id)
          ? await inner.nativeUpdate(UserEntity, { id }, { ...change, updatedAt: new Date() })
          : 0;
        if (changed === 0) throw new DomainError("user_not_found");
        return toUser(await inner.findOneOrFail(UserEntity, { id }, { ...fresh, ...slim }));
      }),
    async endSessions(id, except) {
      const { numAffectedRows = 0n } = await sql`
        delete from sessions where user_id = ${id} and id is distinct from ${except?.sessionId ?? null}::uuid
      `.execute(em.getKysely());
      return Number(numAffectedRows);
    },
    delete: (id, heirId) => atomically(em, async (inner) => deleteUser(inner, id, heirId)),
  };
}

async function deleteUser(em: EntityManager, id: string, heirId: string | null): Promise<void> {
  if (!isUid(id)) throw new DomainError("user_not_found");
  await sql`
    update model_records set owner_id = ${heirId}::uuid, updated_at = now() where owner_id = ${id}
  `.execute(em.getKysely());
  if ((await em.nativeDelete(UserEntity, { id })) === 0) throw new DomainError("user_not_found");
}

function toFilter({ search, ...exact }: Omit<UserQuery, "offset" | "limit">): FilterQuery<Row> {
  if (search === undefined) return exact;
  const text = { $ilike: `%${escapeLike(search)}%` };
  return { ...exact, $or: [{ name: text }, { email: text }] };
}

export function toUser(
  row: Pick<Row, "id" | "name" | "email" | "role" | "status" | "kind" | "createdAt">,
): User {
  const { id, name, email, role, status, kind } = row;
  return { id, name, email, role, status, kind, createdAt: row.createdAt.toISOString() };
}

/** So that `_` and `%` are looked for, and not wild. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/gu, String.raw`\$&`);
}
