import type { AccessControl } from "@corral/access-control";
import type { ModelId } from "./model-id.ts";
import type { ModelMeta } from "./model-meta.ts";
import type { ModelParams, ParamModes } from "./model-params.ts";

/** What a record is built on: a base model or another custom model. Stored by uid, so a reused name never re-binds it. */
export type BaseReference = { readonly kind: "base" | "record"; readonly uid: string };

/**
 * Who vouches for the edge from a custom model to its base.
 *
 * `inherit`: each caller must be able to read the base too. `delegate`: someone who may write the base lets the readers
 * of the custom model call through it. A vouch by the administrator role binds to the role (`by: null`); one by a write
 * grant binds to that person and dies with their right.
 */
export type BaseAccess =
  | { readonly kind: "inherit" }
  | { readonly kind: "delegate"; readonly by: string | null };

type RecordCommon = {
  readonly uid: string;
  /** Public name. An override has its base model's. */
  readonly id: ModelId;
  readonly name: string;
  readonly params: ModelParams;
  readonly paramModes: ParamModes;
  readonly meta: ModelMeta;
  readonly isActive: boolean;
  readonly access: AccessControl;
  /** Who made it; `null` when that account is gone. */
  readonly createdBy: string | null;
  /** The optimistic lock: grows by one with every write. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** What a person stored about a base model. Has no owner. */
export type OverrideRecord = RecordCommon & {
  readonly kind: "override";
  readonly base: BaseReference & { readonly kind: "base" };
};

/** A model that a person made on top of another. */
export type CustomRecord = RecordCommon & {
  readonly kind: "custom";
  readonly ownerId: string | null;
  /** `null` when the base row itself is gone; `baseId` then still says which name it had. */
  readonly base: BaseReference | null;
  /** Name of the base when it was last set, for display and repair. */
  readonly baseId: string;
  readonly baseAccess: BaseAccess;
};

export type ModelRecord = OverrideRecord | CustomRecord;
