import { createHash } from "node:crypto";
import { DomainError, limits, type ModelMeta } from "@corral/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import { ImageEntity } from "./entities/image.entity.ts";
import { fresh } from "./session.ts";

const reference = "corral-image:";
const referencePattern = /^corral-image:([0-9a-f]{64})$/u;
/** Raster only: SVG can run scripts. */
const dataUrlPattern = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/]+={0,2})$/u;

export type StoredImage = { readonly mime: string; readonly bytes: Uint8Array };

/**
 * Takes a picture out of `meta.profile_image_url`, so that it is stored once and no list carries it.
 *
 * A `data:` URL is stored; `corral-image:<SHA-256>`, which is what reading gives back, keeps the picture; any other text
 * stays where it is.
 *
 * @throws DomainError `invalid_input` for a `data:` URL that is not a small raster image.
 */
export async function storeImage(
  em: EntityManager,
  meta: ModelMeta,
): Promise<{ readonly meta: ModelMeta; readonly imageHash: string | null }> {
  const { profile_image_url: url, ...rest } = meta;
  if (typeof url !== "string") return { meta, imageHash: null };
  const known = referencePattern.exec(url)?.[1];
  if (known !== undefined) return { meta: rest, imageHash: known };
  if (!url.startsWith("data:")) return { meta, imageHash: null };
  const image = parseDataUrl(url);
  const hash = createHash("sha256").update(image.bytes).digest("hex");
  await em.upsert(
    ImageEntity,
    { hash, mime: image.mime, bytes: image.bytes, usedAt: new Date() },
    { onConflictMergeFields: ["usedAt"], ...fresh },
  );
  return { meta: rest, imageHash: hash };
}

/** `meta` with the reference to its picture. */
export function withImage(meta: ModelMeta, imageHash: string | null | undefined): ModelMeta {
  return imageHash ? { ...meta, profile_image_url: `${reference}${imageHash}` } : meta;
}

export async function findImage(em: EntityManager, hash: string): Promise<StoredImage | undefined> {
  const image = await em.findOne(ImageEntity, { hash }, fresh);
  return image === null ? undefined : { mime: image.mime, bytes: image.bytes };
}

/** The picture of a record that is about to lose it counts as used now: a version may bring it back. */
export async function keepImageForNow(em: EntityManager, recordUid: string): Promise<void> {
  const owner = recordUid === "all" ? sql`true` : sql`uid = ${recordUid}::uuid`;
  await sql`
    update images set used_at = now()
    where used_at < now() - interval '1 minute'
      and hash in (select image_hash from model_records where image_hash is not null and ${owner})
  `.execute(em.getKysely());
}

/**
 * Deletes pictures that no record has and none had for a day, the longest unused first, so many at most. One that is
 * being given to a record right now is locked, and stays.
 *
 * @returns How many went.
 */
export async function sweepImages(em: EntityManager, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from images where hash in (
      select hash from images i where used_at < now() - interval '1 day'
        and not exists (select from model_records r where r.image_hash = i.hash)
        and not exists (select from base_name_overrides o where o.image_hash = i.hash)
        and not exists (select from discovery_policies p where p.image_hash = i.hash)
      order by used_at limit ${limit} for update skip locked
    )
  `.execute(em.getKysely());
  return Number(numAffectedRows);
}

function parseDataUrl(url: string): { readonly mime: string; readonly bytes: Buffer } {
  const [, mime, text] = dataUrlPattern.exec(url) ?? [];
  if (mime === undefined || text === undefined) {
    throw new DomainError(
      "invalid_input",
      "The image must be a base64 data: URL of a PNG, JPEG, GIF or WebP.",
    );
  }
  const bytes = Buffer.from(text, "base64");
  if (bytes.byteLength <= limits.imageBytes) return { mime, bytes };
  throw new DomainError(
    "invalid_input",
    `The image may have ${limits.imageBytes} bytes, and has ${bytes.byteLength}.`,
  );
}
