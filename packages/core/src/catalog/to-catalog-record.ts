import type { ModelRecord } from "../model/model-record.ts";
import { findImageHash } from "../model/profile-image.ts";
import type { CatalogRecord } from "./catalog-state.ts";

/** The slim form of a record: what lists and access decisions need of it. */
export function toCatalogRecord(record: ModelRecord): CatalogRecord {
  const { profile_image_url: image } = record.meta;
  const imageHash = findImageHash(image);
  const common = {
    uid: record.uid,
    id: record.id,
    name: record.name,
    description: record.meta.description ?? "",
    tags: (record.meta.tags ?? []).map((tag) => tag.name),
    capabilities: record.meta.capabilities ?? {},
    hidden: record.meta.hidden ?? false,
    ...(imageHash === undefined
      ? typeof image === "string" && { externalImage: true as const }
      : { imageHash }),
    isActive: record.isActive,
    access: record.access,
    createdBy: record.createdBy,
    revision: record.revision,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
  if (record.kind === "override") return { ...common, kind: "override", baseUid: record.base.uid };
  const { ownerId, base, baseId, baseAccess } = record;
  return { ...common, kind: "custom", ownerId, base, baseId, baseAccess };
}
