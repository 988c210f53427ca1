import type { AccessControl, AccountStatus, ExplicitAccess, Permission, Role } from "@corral/access-control";
import type { ProviderKind } from "../connection/connection-endpoint.ts";
import type { ModelLifecycle } from "../lifecycle/model-lifecycle.ts";
import type { BaseModel } from "../model/base-model.ts";
import type { ModelPresentation } from "../name/presentation.ts";
import type { Capabilities } from "../model/model-meta.ts";
import type { CatalogPin } from "../model/revision-pin.ts";
import type { BaseAccess, BaseReference } from "../model/model-record.ts";

/*
 * What the catalog in memory is built from: slim values, without params, prompts, images or secrets. The database
 * supplies them, whole at start and one by one with each change.
 */

export type CatalogConnection = {
  readonly uid: string;
  readonly slug: string;
  readonly name: string;
  readonly provider: ProviderKind;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly connectionType: "local" | "external";
  readonly defaultVisibility: ExplicitAccess;
  readonly position: number;
  readonly revision: number;
};

type CatalogRecordCommon = {
  readonly uid: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly capabilities: Capabilities;
  readonly hidden: boolean;
  /** SHA-256 of its picture; absent where none is stored. */
  readonly imageHash?: string;
  /** Its picture is an address that we never fetch; absent: none, as with nearly all. */
  readonly externalImage?: true;
  readonly isActive: boolean;
  readonly access: AccessControl;
  readonly createdBy: string | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Absent: none, as with nearly all. */
  readonly pins?: readonly CatalogPin[];
};
export type CatalogOverride = CatalogRecordCommon & { readonly kind: "override"; readonly baseUid: string };
export type CatalogCustom = CatalogRecordCommon & {
  readonly kind: "custom";
  readonly ownerId: string | null;
  readonly base: BaseReference | null;
  readonly baseId: string;
  readonly baseAccess: BaseAccess;
};
export type CatalogRecord = CatalogOverride | CatalogCustom;

/** What is said about every tag of one of Ollama's names: the slim form, without params. */
export type CatalogBaseName = {
  readonly uid: string;
  /** See `baseNameKey`. */
  readonly key: string;
  readonly tags: readonly string[];
  readonly capabilities: Capabilities;
  /** SHA-256 of its picture; absent where none is stored. */
  readonly imageHash?: string;
  readonly revision: number;
};

/** A name that stands for one or more models. It has no rights of its own. */
export type CatalogAlias = {
  readonly kind: "alias";
  readonly uid: string;
  readonly id: string;
  /** Under which it is found. */
  readonly keys: readonly string[];
  readonly description: string;
  readonly targets: readonly CatalogAliasTarget[];
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type CatalogAliasTarget = {
  readonly position: number;
  /** `null` when the model was deleted; `id` then still says which name it had. */
  readonly model: BaseReference | null;
  readonly id: string;
  readonly weight: number;
};

/** Someone who may ask, and what they are. Principals are made from this, so that rights have one clock. */
export type CatalogUser = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly status: AccountStatus;
  readonly groupIds: readonly string[];
  /** A program's account. Absent: a person's, as with nearly all. */
  readonly isService?: true;
};

export type CatalogGroup = {
  readonly id: string;
  readonly name: string;
  /** What its members may do beyond the defaults. Absent: nothing. */
  readonly permissions?: readonly Permission[];
};

export type CatalogSettings = {
  readonly adminBypass: boolean;
  readonly memberPermissions: readonly Permission[];
  readonly presentation: ModelPresentation;
};

/** Which version of the world a snapshot shows. */
export type CatalogRevision = {
  /** Changes with a restore: numbers of different epochs cannot be compared. */
  readonly epoch: string;
  /** Last change of any kind that is contained. */
  readonly change: number;
  /** Last change that may alter a list: the number in `x-corral-revision`. */
  readonly catalog: number;
};

/** Everything, as one consistent read. */
export type CatalogState = {
  readonly revision: CatalogRevision;
  readonly settings: CatalogSettings;
  readonly connections: readonly CatalogConnection[];
  readonly bases: readonly BaseModel[];
  readonly records: readonly CatalogRecord[];
  readonly aliases: readonly CatalogAlias[];
  readonly baseNames: readonly CatalogBaseName[];
  readonly lifecycles: readonly ModelLifecycle[];
  readonly users: readonly CatalogUser[];
  readonly groups: readonly CatalogGroup[];
};

/** One object as it is now: `value: null` when it is gone. */
export type CatalogChange =
  | { readonly kind: "connection"; readonly uid: string; readonly value: CatalogConnection | null }
  | { readonly kind: "base"; readonly uid: string; readonly value: BaseModel | null }
  | { readonly kind: "record"; readonly uid: string; readonly value: CatalogRecord | null }
  | { readonly kind: "alias"; readonly uid: string; readonly value: CatalogAlias | null }
  | { readonly kind: "base_name"; readonly uid: string; readonly value: CatalogBaseName | null }
  | { readonly kind: "lifecycle"; readonly uid: string; readonly value: ModelLifecycle | null }
  | { readonly kind: "user"; readonly uid: string; readonly value: CatalogUser | null }
  | { readonly kind: "group"; readonly uid: string; readonly value: CatalogGroup | null }
  | { readonly kind: "settings"; readonly value: CatalogSettings }
  /** A session or key changed or ended: whoever remembers it must look it up again. */
  | {
      readonly kind: "credential";
      readonly of: "session" | "key";
      readonly uid: string;
      /** Whose key it is. */
      readonly userId?: string;
    }
  /** Something that no list shows, for those who listen to events. `uid` of all but policies is the connection's. */
  | { readonly kind: "notice"; readonly of: "policy" | "discovery" | "ollama"; readonly uid: string };

/** All that happened up to `revision`, each object once. */
export type CatalogChanges = {
  readonly revision: CatalogRevision;
  readonly changes: readonly CatalogChange[];
};
