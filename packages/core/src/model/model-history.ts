import { z } from "zod";
import { DomainError } from "../error/domain-error.ts";
import type { Actor } from "../identity/actor.ts";
import { jsonValueSchema } from "../json.ts";
import { limits } from "../limits.ts";
import { compareRecords } from "./compare-records.ts";
import { modelIdSchema } from "./model-id.ts";
import type { ModelPorts } from "./model-ports.ts";
import type { ModelVersion } from "./model-version.ts";
import { assertWritable, findWritable, recordUidOf, withRecord } from "./writable-entry.ts";

export const modelHistoryQuerySchema = z.strictObject({
  id: modelIdSchema,
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(limits.pageSizeMax).default(limits.pageSize),
});
export type ModelHistoryQuery = z.output<typeof modelHistoryQuerySchema>;

export const fieldChangeSchema = z.strictObject({
  /** A field, or a field and a key: `["params", "temperature"]`. */
  path: z.array(z.string()).readonly(),
  before: jsonValueSchema,
  after: jsonValueSchema,
});

const personSchema = z.strictObject({ id: z.string(), name: z.string().nullable() });

export const modelHistorySchema = z.strictObject({
  versions: z.array(
    z.strictObject({
      revision: z.int(),
      at: z.string(),
      /** `null`: the system, or somebody at the database. The name is `null` once the account is gone. */
      author: personSchema.nullable(),
      action: z.string(),
      /** Against the version before; `null` for the oldest that is known. */
      changes: z.array(fieldChangeSchema).readonly().nullable(),
    }),
  ),
  total: z.int(),
});
export type ModelHistory = z.output<typeof modelHistorySchema>;

export const compareVersionsSchema = z.strictObject({
  id: modelIdSchema,
  from: z.int().min(1),
  to: z.int().min(1),
});
export type CompareVersions = z.output<typeof compareVersionsSchema>;
export const versionDifferenceSchema = z.strictObject({ changes: z.array(fieldChangeSchema).readonly() });
export type VersionDifference = z.output<typeof versionDifferenceSchema>;

/** The writes of a record, newest first, for those who may write it. */
export async function listModelHistory(
  ports: ModelPorts,
  actor: Actor,
  { id, offset, limit }: ModelHistoryQuery,
): Promise<ModelHistory> {
  const all = await readVersions(ports, actor, id);
  const versions = all.slice(offset, offset + limit).map((version, at) => {
    const previous = all[offset + at + 1];
    return {
      revision: version.record.revision,
      at: version.at,
      author: findAuthor(ports, version),
      action: version.action,
      changes: previous === undefined ? null : compareRecords(previous.record, version.record),
    };
  });
  return { versions, total: all.length };
}

/** What lies between two versions, in either direction. @throws DomainError `version_not_found`. */
export async function compareVersions(
  ports: ModelPorts,
  actor: Actor,
  { id, from, to }: CompareVersions,
): Promise<VersionDifference> {
  const all = await readVersions(ports, actor, id);
  return { changes: compareRecords(findVersion(all, from).record, findVersion(all, to).record) };
}

/** @throws DomainError `version_not_found`. */
export function findVersion(versions: readonly ModelVersion[], revision: number): ModelVersion {
  const found = versions.find(({ record }) => record.revision === revision);
  if (found !== undefined) return found;
  throw new DomainError("version_not_found", `There is no version ${revision}, or it is no longer kept.`);
}

/** @throws DomainError `model_not_found`, `access_denied`. */
export async function readVersions(
  { catalog, unitOfWork }: ModelPorts,
  actor: Actor,
  id: string,
): Promise<readonly ModelVersion[]> {
  const entry = findWritable(catalog.current(), actor, id);
  const uid = recordUidOf(entry);
  if (uid === undefined) return [];
  const versions = await unitOfWork.read(({ models }) => models.listVersions(uid));
  const [latest] = versions;
  // Decided again on what was read: it may be newer than the snapshot.
  if (latest !== undefined) assertWritable(catalog.current(), actor, withRecord(entry, latest.record));
  return versions;
}

function findAuthor(
  ports: ModelPorts,
  { authorId }: ModelVersion,
): ModelHistory["versions"][number]["author"] {
  if (authorId === null) return null;
  return { id: authorId, name: ports.catalog.current().findUser(authorId)?.name ?? null };
}
