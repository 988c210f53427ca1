import {
  DomainError,
  noPresentation,
  storedPresentationSchema,
  type ModelPresentation,
  type PresentationRepository,
} from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { SettingEntity } from "../entities/setting.entity.ts";
import { fresh, type Session } from "../session.ts";

/** The row of settings; `move-references` knows it too. */
const key = "models.presentation";

export function createPresentationRepository({ em }: Session): PresentationRepository {
  return {
    get: () => readPresentation(em),
    async save(presentation) {
      const { revision } = presentation;
      const value = { ...presentation, revision: revision + 1 };
      // One statement, also for the first writers: of many on one revision the row lets one through.
      const { numAffectedRows } = await sql`
        insert into settings (key, value) select ${key}, ${JSON.stringify(value)}::jsonb
        where ${revision} = 0 or exists (select from settings where key = ${key})
        on conflict (key) do update set value = excluded.value, updated_at = now()
          where (settings.value ->> 'revision')::int = ${revision}
      `.execute(em.getKysely());
      if (numAffectedRows === 1n) return value;
      throw new DomainError("revision_conflict", undefined, {
        details: { current: await readPresentation(em) },
      });
    },
  };
}

export async function readPresentation(em: EntityManager): Promise<ModelPresentation> {
  const row = await em.findOne(SettingEntity, { key }, fresh);
  return storedPresentationSchema.safeParse(row?.value).data ?? noPresentation;
}
