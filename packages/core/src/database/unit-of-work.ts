import type { OwnerMarkRepository } from "../document/owner-marks.ts";
import type { ConnectionRepository } from "../connection/connection-repository.ts";
import type { ChangeAuthor } from "../identity/actor.ts";
import type { GroupRepository, UserRepository } from "../identity/user-repository.ts";
import type { DirectoryRepository } from "../sso/directory-repository.ts";
import type { IdentityProviderRepository } from "../sso/identity-provider-repository.ts";
import type { ScimRepository } from "../scim/scim-repository.ts";
import type { DiscoveryRepository } from "../catalog/discovery-repository.ts";
import type { PolicyRepository } from "../discovery/policy-repository.ts";
import type { AuditLog } from "./audit-log.ts";
import type { LifecycleRepository } from "../lifecycle/lifecycle-repository.ts";
import type { AliasRepository } from "../name/alias-repository.ts";
import type { OperationRepository } from "../operation/operation.ts";
import type { PinRepository } from "../model/pin-repository.ts";
import type { BaseNameRepository } from "../name/base-name-repository.ts";
import type { PresentationRepository } from "../name/presentation.ts";
import type { NameRepository } from "../name/name-repository.ts";
import type { ModelRepository } from "../model/model-repository.ts";

/** The repositories, inside one transaction. */
export type Repositories = {
  readonly models: ModelRepository;
  readonly aliases: AliasRepository;
  readonly names: NameRepository;
  readonly presentation: PresentationRepository;
  readonly baseNames: BaseNameRepository;
  readonly lifecycles: LifecycleRepository;
  readonly connections: ConnectionRepository;
  readonly discovery: DiscoveryRepository;
  readonly users: UserRepository;
  readonly groups: GroupRepository;
  readonly scim: ScimRepository;
  readonly directory: DirectoryRepository;
  readonly identityProviders: IdentityProviderRepository;
  readonly ownerMarks: OwnerMarkRepository;
  readonly audit: AuditLog;
  readonly policies: PolicyRepository;
  readonly operations: OperationRepository;
  readonly pins: PinRepository;
};

/** What a committed transaction returned, and the number under which its changes are found in the feed. */
export type Committed<T> = {
  readonly value: T;
  /** `null` when nothing changed. */ readonly change: number | null;
};

/** Runs use cases in transactions. A thrown error rolls everything back. */
export interface UnitOfWork {
  write<T>(author: ChangeAuthor, work: (repositories: Repositories) => Promise<T>): Promise<Committed<T>>;
  read<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
}
