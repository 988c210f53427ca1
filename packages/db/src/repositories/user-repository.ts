import { DomainError, type User, type UserRepository } from "@corral/core";
import type { FilterQuery, InferEntity } from "@mikro-orm/postgresql";
import { UserEntity } from "../entities/user.entity.ts";
import { atomically, fresh, isUid, type Session } from "../session.ts";

type Row = InferEntity<typeof UserEntity>;

export function createUserRepository({ em }: Session): UserRepository {
  return {
    async list({ search, offset, limit }) {
      const text = { $ilike: `%${escapeLike(search ?? "")}%` };
      const where: FilterQuery<Row> = search === undefined ? {} : { $or: [{ name: text }, { email: text }] };
      const orderBy = { name: "asc", id: "asc" } as const;
      const [rows, total] = await em.findAndCount(UserEntity, where, { ...fresh, orderBy, offset, limit });
      return { users: rows.map(toUser), total };
    },
    async find(id) {
      const row = isUid(id) ? await em.findOne(UserEntity, { id }, fresh) : null;
      return row === null ? undefined : toUser(row);
    },
    update: (id, change) =>
      atomically(em, async (inner) => {
        const changed = isUid(id)
          ? await inner.nativeUpdate(UserEntity, { id }, { ...change, updatedAt: new Date() })
          : 0;
        if (changed === 0) throw new DomainError("user_not_found");
        return toUser(await inner.findOneOrFail(UserEntity, { id }, fresh));
      }),
  };
}

export function toUser(row: Row): User {
  const { id, name, email, role, status } = row;
  return { id, name, email, role, status, createdAt: row.createdAt.toISOString() };
}

/** So that `_` and `%` are looked for, and not wild. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/gu, String.raw`\$&`);
}
