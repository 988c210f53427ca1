import type { AccessControl, Grants } from "@corral/access-control";
import { z } from "zod";
import type { CatalogSnapshot } from "../catalog/catalog-snapshot.ts";
import type { Committed } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import { isSameJson } from "../json-equality.ts";
import { compareRecords } from "./compare-records.ts";
import { findVersion, readVersions } from "./model-history.ts";
import { modelIdSchema } from "./model-id.ts";
import type { UpdateModel } from "./model-input.ts";
import type { ModelPorts, Writer } from "./model-ports.ts";
import type { ModelRecord } from "./model-record.ts";
import { findImageHash } from "./profile-image.ts";
import { updateModel } from "./update-model.ts";

export const restoreModelSchema = z.strictObject({
  id: modelIdSchema,
  /** The revision that the caller has seen. */
  revision: z.int().min(1),
  /** The version to go back to. */
  version: z.int().min(1),
});
export type RestoreModel = z.output<typeof restoreModelSchema>;

/**
 * Makes a record again what it was, as a new version. It is the actor's own patch of what differs, and judged as such:
 * whoever may not share, or not read its base of that time, cannot bring it back.
 *
 * Whoever is gone since is not granted access again; neither the owner nor a vouch for the base comes back.
 *
 * @throws DomainError `version_not_found`, `base_model_not_found` when its base of that time is gone, and as an update.
 */
export async function restoreModel(
  ports: ModelPorts,
  writer: Writer,
  { id, revision, version }: RestoreModel,
): Promise<Committed<void>> {
  const versions = await readVersions(ports, writer.actor, id);
  const wanted = await withKeptImage(ports, findVersion(versions, version).record);
  const now = versions[0]?.record ?? wanted;
  const snapshot = ports.catalog.current();
  const patch = { ...toRestoringFields(snapshot, now, wanted), ...toBase(snapshot, now, wanted) };
  return updateModel(ports, writer, { id, revision, ...patch });
}

/** Pictures that nobody used for a day are gone: then the version comes back without it. */
async function withKeptImage({ unitOfWork }: ModelPorts, wanted: ModelRecord): Promise<ModelRecord> {
  const hash = findImageHash(wanted.meta.profile_image_url);
  if (hash === undefined || (await unitOfWork.read(({ models }) => models.hasImage(hash)))) return wanted;
  return { ...wanted, meta: { ...wanted.meta, profile_image_url: null } };
}

/** What makes `now` the wanted record again, without its owner and its base, which are judged apart. */
export function toRestoringFields(
  snapshot: CatalogSnapshot,
  now: ModelRecord,
  wanted: ModelRecord,
): Partial<UpdateModel> {
  const { name, params, paramModes, isActive } = wanted;
  // Absent would mean that today's picture stays.
  const meta = { ...wanted.meta, profile_image_url: wanted.meta.profile_image_url ?? null };
  const access = withoutTheGone(snapshot, wanted.access);
  const fields = { name, params, paramModes, meta, isActive, access };
  const changed = new Set(compareRecords(now, { ...now, ...fields }).map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(fields).filter(([field]) => changed.has(field)));
}

/** By what it is, not by its name, which something else may bear today. */
function toBase(
  snapshot: CatalogSnapshot,
  now: ModelRecord,
  wanted: ModelRecord,
): { readonly baseModelId?: UpdateModel["id"] } {
  if (wanted.kind !== "custom" || now.kind !== "custom" || isSameJson(wanted.base, now.base)) return {};
  const base = wanted.base === null ? undefined : snapshot.findByUid(wanted.base.uid);
  if (base !== undefined) return { baseModelId: modelIdSchema.parse(base.id) };
  throw new DomainError("base_model_not_found", `The base of that version, "${wanted.baseId}", is gone.`);
}

/** Nobody who has left is granted anything again. */
export function withoutTheGone(snapshot: CatalogSnapshot, access: AccessControl): AccessControl {
  if (access.kind !== "restricted") return access;
  const those = ({ groupIds, userIds }: Grants): Grants => ({
    groupIds: groupIds.filter((groupId) => snapshot.findGroup(groupId) !== undefined),
    userIds: userIds.filter((userId) => snapshot.findUser(userId) !== undefined),
  });
  return { kind: "restricted", read: those(access.read), write: those(access.write) };
}
