import { randomUUID } from "node:crypto";
import { limits, type ProcessLeases } from "@corral/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { toDomainError } from "../to-domain-error.ts";

const lease = sql`make_interval(secs => ${limits.leaseMs / 1_000})`;
/** Rows of processes that ended without a word are nobody's after that. */
const forget = sql`interval '1 minute'`;

/** The lease of this process, and those of the others, as rows of `processes`. The clock is PostgreSQL's. */
export function createProcessLeases(orm: MikroORM): ProcessLeases {
  const id = randomUUID();
  const kysely = () => orm.em.fork().getKysely();

  return {
    renew: ({ epoch, change }) =>
      asDomainErrors(async () => {
        const { rows } = await sql<{ is_alone: boolean }>`
          with census as (
            insert into process_census default values on conflict (id) do nothing
          ), gone as (
            delete from processes where lease_until < clock_timestamp() - ${forget}
          ), own as (
            insert into processes (id, lease_until, epoch, confirmed)
            values (${id}, clock_timestamp() + ${lease}, ${epoch}, ${change})
            on conflict (id) do update set
              lease_until = excluded.lease_until, epoch = excluded.epoch, confirmed = excluded.confirmed
          )
          select not exists (
            select from processes where id <> ${id} and lease_until > clock_timestamp()
          ) as is_alone
        `.execute(kysely());
        return { isAlone: rows[0]?.is_alone === true };
      }),
    outdatedForMs: (change) =>
      asDomainErrors(async () => {
        const { rows } = await sql<{ ms: string | null }>`
          select ceil(extract(epoch from max(until) - clock_timestamp()) * 1000) as ms from (
            select lease_until as until from processes
            where id <> ${id}
              and (confirmed < ${change} or epoch <> (select epoch from change_counter))
            union all
            select coalesce((select since from process_census), clock_timestamp()) + ${lease}
          ) t
        `.execute(kysely());
        return Math.max(0, Number(rows[0]?.ms ?? 0));
      }),
    leave: () =>
      asDomainErrors(async () => {
        await sql`delete from processes where id = ${id}`.execute(kysely());
      }),
  };
}

/** For who knows by other means that no process holds a lease: nobody is waited for, not even after a crash. */
export async function forgetProcesses(orm: MikroORM): Promise<void> {
  await sql`
    with gone as (delete from processes)
    insert into process_census (since) values ('epoch') on conflict (id) do update set since = excluded.since
  `.execute(orm.em.fork().getKysely());
}

async function asDomainErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDomainError(error);
  }
}
