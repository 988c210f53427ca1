import type { ModelMeta } from "./model-meta.ts";
import type { ModelRecord } from "./model-record.ts";
import type { PinTarget } from "./revision-pin.ts";

/** What a pinned revision gives to a call: neither access, nor activation, nor a base. */
export type PinnedConfig = Pick<ModelRecord, "params" | "paramModes"> & {
  readonly capabilities: NonNullable<ModelMeta["capabilities"]>;
};

export type RevisionPin = {
  readonly uid: string;
  readonly revision: number;
  readonly target: PinTarget;
  /** `null`: the account is gone. */
  readonly createdBy: string | null;
  readonly createdAt: string;
};

/** Where pins are kept, each with a copy of what it pins to, as the log forgets old revisions. */
export interface PinRepository {
  /** In the order in which they were made. */
  list(recordUid: string): Promise<readonly RevisionPin[]>;
  /** Replaces the one of the same user or key, or the share of the same revision. */
  set(
    recordUid: string,
    pin: Omit<RevisionPin, "uid" | "createdAt"> & { readonly config: PinnedConfig },
  ): Promise<RevisionPin>;
  /** `false`: there is none. */
  remove(recordUid: string, uid: string): Promise<boolean>;
  findConfigs(uids: readonly string[]): Promise<ReadonlyMap<string, PinnedConfig>>;
  /** Whose key it is; `undefined` for one that is gone. */
  findKeyOwner(keyId: string): Promise<string | undefined>;
}
