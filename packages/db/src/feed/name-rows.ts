import type { CatalogBaseName } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { isSelected, toCapabilities, toTags, type Selection } from "./catalog-rows.ts";

/** What is said about all tags of names of Ollama's. */
export async function readBaseNames(em: EntityManager, selection: Selection): Promise<CatalogBaseName[]> {
  type Row = Pick<CatalogBaseName, "uid" | "key" | "revision"> & {
    readonly tags: unknown;
    readonly capabilities: unknown;
    readonly image_hash: string | null;
  };
  const { rows } = await sql<Row>`
    select uid, key, revision, image_hash, meta -> 'tags' as tags, meta -> 'capabilities' as capabilities
    from base_name_overrides where ${isSelected("uid", selection)} order by uid
  `.execute(em.getKysely());
  return rows.map(({ image_hash: imageHash, ...row }) => ({
    ...row,
    ...(imageHash !== null && { imageHash }),
    tags: toTags(row.tags),
    capabilities: toCapabilities(row.capabilities),
  }));
}
