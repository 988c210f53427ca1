import { AccountEntity } from "./account.entity.ts";
import { AccountLinkEntity, AccountLinkGroupEntity } from "./account-link.entity.ts";
import { AliasEntity, AliasTargetEntity } from "./alias.entity.ts";
import { ApiKeyEntity } from "./api-key.entity.ts";
import { BaseNameOverrideEntity } from "./base-name-override.entity.ts";
import { ArchivedPlacementEntity, BaseModelEntity, PlacementEntity } from "./base-model.entity.ts";
import { ChangeCounterEntity, ChangeEntity } from "./change.entity.ts";
import { ConnectionEntity, ConnectionGrantEntity, ConnectionHealthEntity } from "./connection.entity.ts";
import { DiscoveryEventEntity } from "./discovery-event.entity.ts";
import { DiscoveryPolicyEntity } from "./discovery-policy.entity.ts";
import { GroupEntity, GroupMemberEntity } from "./group.entity.ts";
import {
  GivenMembershipEntity,
  IdentityProviderEntity,
  ProviderSessionEntity,
} from "./identity-provider.entity.ts";
import { ImageEntity } from "./image.entity.ts";
import { ModelLifecycleEntity, ModelUseEntity } from "./model-lifecycle.entity.ts";
import { ModelRecordEntity, RecordGrantEntity } from "./model-record.entity.ts";
import { ProcessCensusEntity, ProcessEntity } from "./process.entity.ts";
import { OperationChunkEntity, OperationEntity } from "./operation.entity.ts";
import { OwnerMarkEntity } from "./owner-mark.entity.ts";
import { PublicNameEntity } from "./public-name.entity.ts";
import { RevisionPinEntity } from "./revision-pin.entity.ts";
import { ScimGroupEntity, ScimTokenEntity, ScimUserEntity } from "./scim.entity.ts";
import { PasskeyEntity, TwoFactorEntity } from "./second-factor.entity.ts";
import { SessionEntity } from "./session.entity.ts";
import { SettingEntity } from "./setting.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { VerificationEntity } from "./verification.entity.ts";

/** Every table, in the order in which they can be created. */
export const entities = [
  UserEntity,
  SessionEntity,
  AccountEntity,
  VerificationEntity,
  ApiKeyEntity,
  GroupEntity,
  GroupMemberEntity,
  AccountLinkEntity,
  AccountLinkGroupEntity,
  SettingEntity,
  ConnectionEntity,
  ConnectionGrantEntity,
  ConnectionHealthEntity,
  BaseModelEntity,
  PlacementEntity,
  ArchivedPlacementEntity,
  ImageEntity,
  ModelRecordEntity,
  RecordGrantEntity,
  AliasEntity,
  AliasTargetEntity,
  BaseNameOverrideEntity,
  PublicNameEntity,
  ModelLifecycleEntity,
  ModelUseEntity,
  DiscoveryPolicyEntity,
  DiscoveryEventEntity,
  OwnerMarkEntity,
  ChangeCounterEntity,
  ChangeEntity,
  ProcessEntity,
  ProcessCensusEntity,
  OperationEntity,
  OperationChunkEntity,
  RevisionPinEntity,
  IdentityProviderEntity,
  GivenMembershipEntity,
  ProviderSessionEntity,
  ScimTokenEntity,
  ScimUserEntity,
  ScimGroupEntity,
  TwoFactorEntity,
  PasskeyEntity,
];
