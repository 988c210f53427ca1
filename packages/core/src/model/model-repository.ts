import type { ModelRecord } from "./model-record.ts";
import type { ModelVersion } from "./model-version.ts";

export type NewModelRecord =
  | Omit<Extract<ModelRecord, { kind: "custom" }>, "uid" | "revision" | "createdAt" | "updatedAt">
  | Omit<Extract<ModelRecord, { kind: "override" }>, "uid" | "revision" | "createdAt" | "updatedAt">;

/** What stays the same when a deleted record comes back. Its revision goes on counting, so that none is used twice. */
export type RecordIdentity = Pick<ModelRecord, "uid" | "revision" | "createdAt">;

/** What one transaction made of a record: `null` where there was none before, or is none after it. */
export type RecordChange = {
  readonly uid: string;
  readonly before: ModelRecord | null;
  readonly after: ModelRecord | null;
};

/** Where model records are kept. Callers have already decided about rights. */
export interface ModelRepository {
  find(uid: string): Promise<ModelRecord | undefined>;
  findMany(uids: readonly string[]): Promise<readonly ModelRecord[]>;
  /** As `findMany`; nobody else writes them until the transaction ends. */
  lockMany(uids: readonly string[]): Promise<readonly ModelRecord[]>;
  findOverrideOf(baseUid: string): Promise<ModelRecord | undefined>;
  /** Claims the public name and stores the first revision. @throws DomainError `model_id_taken`, `principal_not_found` for a grant to nobody. */
  insert(record: NewModelRecord, identity?: RecordIdentity): Promise<ModelRecord>;
  /** Replaces all but uid, id, kind and creation. @throws DomainError `revision_conflict` with the current record, `model_not_found`. */
  update(record: ModelRecord): Promise<ModelRecord>;
  /** Also frees the public name. Custom models built on it keep `baseId` and become `base_missing`. */
  delete(uid: string): Promise<void>;
  /** Deletes every record. Returns how many there were. */
  deleteAll(): Promise<number>;
  /** What the record was after each write, newest first; nothing for an unknown one. At most `limits.historyVersions`. */
  listVersions(uid: string): Promise<readonly ModelVersion[]>;
  /** Whether a picture with this SHA-256 is stored. */
  hasImage(hash: string): Promise<boolean>;
  /** Direct dependants: custom models whose base is this object. */
  listDependants(base: {
    readonly kind: "base" | "record";
    readonly uid: string;
  }): Promise<readonly ModelRecord[]>;
}
