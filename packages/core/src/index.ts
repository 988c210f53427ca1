export {
  callParamsSchema,
  chatRequestSchema,
  type CallParams,
  type ChatRequest,
} from "./chat/chat-request.ts";
export { textRequestSchema, type TextRequest } from "./chat/text-request.ts";
export { maySeeConnections } from "./catalog/caller-view.ts";
export { resolveCallable } from "./chat/resolve-callable.ts";
export {
  chatMessageSchema,
  chatMessagesSchema,
  chatToolSchema,
  contentPartSchema,
  toolCallSchema,
  toolChoiceSchema,
  type ChatMessage,
  type ChatTool,
  type ContentPart,
  type ToolCall,
  type ToolChoice,
} from "./chat/chat-message.ts";
export {
  finishReasons,
  type ChatChoice,
  type ChatCompletion,
  type ChatStreamPart,
  type ChunkRepeat,
  type ChunkShape,
  type FinishReason,
  type RawChunkPart,
  type TokenLogprob,
  type TokenUsage,
} from "./chat/chat-stream-part.ts";
export { applyCatalogChanges } from "./catalog/apply-changes.ts";
export type { Catalog } from "./catalog/catalog.ts";
export type { CatalogFeed } from "./catalog/catalog-feed.ts";
export type {
  CallTarget,
  CatalogEntry,
  CatalogSnapshot,
  Resolution,
  ResolvedModel,
} from "./catalog/catalog-snapshot.ts";
export type {
  CatalogChange,
  CatalogChanges,
  CatalogAlias,
  CatalogAliasTarget,
  CatalogBaseName,
  CatalogConnection,
  CatalogCustom,
  CatalogGroup,
  CatalogOverride,
  CatalogRecord,
  CatalogRevision,
  CatalogSettings,
  CatalogState,
  CatalogUser,
} from "./catalog/catalog-state.ts";
export { createCatalogSnapshot } from "./catalog/create-snapshot.ts";
export { listCallable, type CallableModel } from "./catalog/list-callable.ts";
export { listTags, type TagCount } from "./catalog/list-tags.ts";
export { findModelRow, queryCatalog, type CatalogQuery, type CatalogView } from "./catalog/query-catalog.ts";
export type { ProcessLeases } from "./catalog/process-leases.ts";
export { revisionText } from "./catalog/revision-text.ts";
export { startCatalog, type CatalogOptions } from "./catalog/start-catalog.ts";
export type { DiscoveredModel, DiscoveryRepository, StoredHealth } from "./catalog/discovery-repository.ts";
export { modelQuerySchema, type ModelQuery } from "./catalog/model-query.ts";
export {
  connectionLampSchema,
  modelFacetsSchema,
  modelPageSchema,
  modelRowSchema,
  resolvedCapabilitySchema,
  type ModelFacets,
  type ModelPage,
  type ModelRow,
} from "./catalog/model-row.ts";
export { modelStatuses, type ModelStatus } from "./catalog/model-status.ts";
export {
  connectionStates,
  type ConnectionHealth,
  type ConnectionState,
  type HealthBoard,
} from "./connection/connection-health.ts";
export type {
  ConnectionRepository,
  NewConnection,
  NewConnectionFields,
} from "./connection/connection-repository.ts";
export {
  azurePublicCloud,
  type ArmDiscovery,
  type AzureDeployment,
  type EntraCredential,
  type EntraSettings,
} from "./connection/azure-settings.ts";
export {
  authTypes,
  authTypesOf,
  azureSettingsSchema,
  parseEndpoint,
  providerKinds,
  type AuthType,
  type AzureSettings,
  type ConnectionEndpoint,
  type ProviderKind,
} from "./connection/connection-endpoint.ts";
export { normalizeBaseUrl } from "./connection/connection-address.ts";
export {
  compatibleServers,
  connectionAdapterSchema,
  isProxyHeader,
  type ConnectionAdapter,
} from "./connection/connection-adapter.ts";
export {
  connectionDraftSchema,
  connectionKeySchema,
  connectionTimeoutsSchema,
  createConnectionSchema,
  modelFilterSchema,
  previewPrefixSchema,
  updateConnectionSchema,
  type Connection,
  type ConnectionDraft,
  type ConnectionSecrets,
  type ConnectionTimeouts,
  type CreateConnection,
  type ModelFilter,
  type UpdateConnection,
} from "./connection/connection.ts";
export type { Committed, Repositories, UnitOfWork } from "./database/unit-of-work.ts";
export { invalidField } from "./error/invalid-field.ts";
export { DomainError, isDomainError, type ErrorDetails, type ErrorIssue } from "./error/domain-error.ts";
export type { ErrorCodeSpec } from "./error/error-code-spec.ts";
export { errorCodeSchema } from "./error/error-code-schema.ts";
export { errorCodes, errorSpec, type ErrorCode } from "./error/error-codes.ts";
export { upstreamFailureClasses, type UpstreamFailureClass } from "./error/upstream-failure-class.ts";
export { renderErrorTable } from "./error/render-error-table.ts";
export type {
  Accounts,
  ApiKey,
  Authenticator,
  ClientInfo,
  KeyChanges,
  NewKey,
  PresentedCredential,
  SignedIn,
  StoredKeyAllowList,
} from "./identity/accounts.ts";
export {
  keyScopes,
  type Actor,
  type ChangeAuthor,
  type Credential,
  type KeyScope,
} from "./identity/actor.ts";
export type { LifecycleRepository, ModelUse, NamingKey } from "./lifecycle/lifecycle-repository.ts";
export {
  affectedQuerySchema,
  createLifecycleService,
  repointModelsSchema,
  type LifecycleService,
} from "./lifecycle/lifecycle-service.ts";
export {
  deprecateModelSchema,
  lifecycleViewSchema,
  type ModelLifecycle,
} from "./lifecycle/model-lifecycle.ts";
export { UseRecorder } from "./lifecycle/use-recorder.ts";
export { mayName, type KeyAllowList } from "./identity/key-allow-list.ts";
export { createKeySchema, updateKeySchema, type CreateKey, type UpdateKey } from "./identity/key-input.ts";
export {
  createSettingsService,
  workspaceSettingsSchema,
  type SettingsService,
  type WorkspaceSettings,
} from "./identity/settings-service.ts";
export { createKeyService, type KeyOwner, type KeyService, type OwnKey } from "./identity/key-service.ts";
export type {
  AccountLinks,
  Invitation,
  MadeLink,
  NewInvitation,
  Passwords,
} from "./identity/account-links.ts";
export type { SessionInfo, Sessions } from "./identity/sessions.ts";
export type { Ceremony, Passkey, Passkeys, SecondFactors, Self } from "./identity/second-factor.ts";
export type { Group, User } from "./identity/user.ts";
export type { GroupRepository, UserChange, UserQuery, UserRepository } from "./identity/user-repository.ts";
export { jsonObjectSchema, jsonValueSchema, type JsonObject, type JsonValue } from "./json.ts";
export { limits } from "./limits.ts";
export type { BaseModel, ModelFacts, Placement } from "./model/base-model.ts";
export { customParamsSchema, reservedParams, type CustomParams } from "./model/custom-params.ts";
export {
  lookupKeys,
  modelIdProblem,
  modelIdSchema,
  newModelIdSchema,
  publicNameKey,
  type ModelId,
} from "./model/model-id.ts";
export {
  createModelSchema,
  modelNameSchema,
  updateModelSchema,
  type CreateModel,
  type ModelPatch,
  type UpdateModel,
} from "./model/model-input.ts";
export {
  capabilitiesSchema,
  capabilityNames,
  modelMetaSchema,
  sameTag,
  type Capabilities,
  type CapabilityName,
  type ModelMeta,
} from "./model/model-meta.ts";
export {
  callParamShape,
  cappableParams,
  modelParamsSchema,
  paramModes,
  paramModesSchema,
  paramNames,
  reasoningEfforts,
  responseFormatSchema,
  systemPromptSchema,
  type ModelParams,
  type ParamMode,
  type ParamModes,
  type ParamName,
} from "./model/model-params.ts";
export type {
  BaseAccess,
  BaseReference,
  CustomRecord,
  ModelRecord,
  OverrideRecord,
} from "./model/model-record.ts";
export type {
  ModelRepository,
  NewModelRecord,
  RecordChange,
  RecordIdentity,
} from "./model/model-repository.ts";
export * from "./model/index.ts";
export type { AuditLog } from "./database/audit-log.ts";
export { createOllamaService } from "./connection/create-ollama-service.ts";
export type { OllamaDerivation, OllamaService } from "./connection/ollama-service.ts";
export { ollamaOptionShape } from "./model/ollama-options.ts";
export { Secret } from "./secret.ts";
export {
  isSecretReference,
  referencesIn,
  secretReferencesSchema,
  type SecretReferences,
  type SecretSource,
} from "./connection/secret-references.ts";

export {
  createAccessService,
  explainAccessSchema,
  viewModelSchema,
  viewModelsSchema,
  type AccessExplanation,
  type AccessService,
} from "./access/access-service.ts";
export type { EffectiveAccess, PermissionSource } from "./access/effective-access.ts";
export { explainModel, listingReasons, type ListingReason } from "./catalog/explain-model.ts";
export { chainFailures, type ChainFailure } from "./catalog/walk-chain.ts";
export { findShownImage } from "./catalog/shown-image.ts";
export { findReadable, mayKnow, unknownModel } from "./catalog/find-readable.ts";
export { toCatalogRecord } from "./catalog/to-catalog-record.ts";
export {
  createChatService,
  type CallContext,
  type ChatAnswer,
  type ChatService,
  type ChatStream,
} from "./chat/chat-service.ts";
export { createRecordConfigs, type RecordConfigs } from "./chat/record-configs.ts";
export { ConnectionHealthBoard } from "./connection/health-board.ts";
export { toPublicId } from "./connection/discover-models.ts";
export { auditEntrySchema, auditQuerySchema } from "./audit/audit-entry.ts";
export type { AuditEntry, AuditLine, AuditQuery } from "./audit/audit-entry.ts";
export { createAuditService, type AuditService } from "./audit/audit-service.ts";
export type { RefreshLeases, RefreshListener, RefreshRequest } from "./connection/refresh-leases.ts";
export { archivedQuerySchema, restoreConnectionSchema } from "./connection/restore-connection.ts";
export type { ArchivedConnection } from "./connection/restore-connection.ts";
export { discoveryEventQuerySchema, discoveryEventSchema } from "./discovery/discovery-event.ts";
export type { DiscoveryEvent, DiscoveryEventKind, DiscoveryEventQuery } from "./discovery/discovery-event.ts";
export { findDecidingPolicy, policyActionsSchema, policyMatchSchema } from "./discovery/discovery-policy.ts";
export type { DiscoveryPolicy, PolicyActions, PolicyMatch } from "./discovery/discovery-policy.ts";
export { createDiscoveryService, type DiscoveryService } from "./discovery/discovery-service.ts";
export { createPolicySchema, reorderPoliciesSchema, updatePolicySchema } from "./discovery/policy-input.ts";
export { appliedPolicySchema, applyPolicySchema } from "./discovery/policy-input.ts";
export { policyPreviewSchema, previewPolicySchema } from "./discovery/policy-input.ts";
export type { NewPolicy, PolicyRepository } from "./discovery/policy-repository.ts";
export { createPolicyService, type PolicyService } from "./discovery/policy-service.ts";
export { startConnectionRefresher } from "./connection/connection-refresher.ts";
export type { ConnectionRefresher, RefresherPorts } from "./connection/connection-refresher.ts";
export { createConnectionService, type ConnectionService } from "./connection/connection-service.ts";
export type { ConnectionSet, ConnectionSetEntry } from "./connection/connection-set.ts";
export { verificationSchema, type Verification } from "./connection/verify-target.ts";
export { createEventHub, type EventHub, type TrackedEvent } from "./events/event-hub.ts";
export { liveEventSchema, liveTopics, type LiveEvent, type LiveTopic } from "./events/live-event.ts";
export {
  aliasViewSchema,
  createAliasSchema,
  updateAliasSchema,
  type Alias,
  type AliasTarget,
  type AliasView,
} from "./name/alias.ts";
export type { AliasRepository, NewAlias } from "./name/alias-repository.ts";
export type { KeptSettings, NameRepository, PrefixRename } from "./name/name-repository.ts";
export { createNameService, type NameService } from "./name/name-service.ts";
export { forgetNameSchema, moveNameSchema, renameModelSchema } from "./name/name-service.ts";
export { renameSuggestionSchema } from "./name/find-renames.ts";
export { namePageSchema, nameQuerySchema } from "./name/name-list.ts";
export { baseNameKey, type BaseNameOverride } from "./name/base-name.ts";
export { baseNameViewSchema, deleteBaseNameSchema, saveBaseNameSchema } from "./name/base-name.ts";
export type { BaseNameRepository, BaseNameSettings } from "./name/base-name-repository.ts";
export { createBaseNameService, type BaseNameService } from "./name/base-name-service.ts";
export { noPresentation, presentationViewSchema, storedPresentationSchema } from "./name/presentation.ts";
export { updatePresentationSchema } from "./name/presentation.ts";
export type { ModelPresentation, PresentationRepository } from "./name/presentation.ts";
export { createPresentationService, type PresentationService } from "./name/presentation-service.ts";
export { createAliasService, type AliasService } from "./name/alias-service.ts";
export {
  createGroupService,
  type GroupInput,
  type GroupService,
  type SeenGroup,
} from "./identity/group-service.ts";
export {
  assertAdministrator,
  createUserService,
  type FoundUser,
  type UserDetail,
  type UserService,
} from "./identity/user-service.ts";
export { modelDefinitionSchema, modelDetailSchema, type ModelDetail } from "./model/model-detail.ts";
export { createModelService, type ModelService, type WriteContext } from "./model/model-service.ts";
export {
  basePreviewSchema,
  callPreviewSchema,
  previewBaseSchema,
  previewCallSchema,
} from "./preview/call-preview-schema.ts";
export { createPreviewService, type PreviewService } from "./preview/preview-service.ts";
export { previewUserSchema, userPreviewSchema } from "./preview/preview-user.ts";
export { dependentsQuerySchema, dependentsSchema } from "./preview/show-dependents.ts";
export { updatePreviewSchema } from "./preview/update-preview-schema.ts";
export * from "./provider/index.ts";
export * from "./operation/index.ts";
export { mergeParams, type MergedParams, type ParamLayer, type ParamSource } from "./model/merge-params.ts";
export { listParams, paramCatalogSchema, type ProviderParams } from "./model/param-catalog.ts";
export { liftOptions, parseParam, toKnownParam } from "./model/param-aliases.ts";
export { documentDriftSchema } from "./document/document-drift.ts";
export {
  documentPlanSchema,
  documentReportSchema,
  toPlan,
  type DocumentPlan,
  type DocumentReport,
} from "./document/document-report.ts";
export { documentSourceSchema, type ItemKind } from "./document/document-schema.ts";
export { createDocumentService, type DocumentService } from "./document/document-service.ts";
export { documentFormats, type DocumentFormat, type YamlText } from "./document/document-text.ts";
export { importRequestSchema, type ImportRequest } from "./document/import/import-request.ts";
export { readOpenWebUIMeta } from "./document/import/open-webui-meta.ts";
export { readOpenWebUIParams } from "./document/import/open-webui-params.ts";
export type { OwnerMarkRepository } from "./document/owner-marks.ts";
export { admitPerson } from "./sso/admit-person.ts";
export type { DirectoryLink, DirectoryRepository } from "./sso/directory-repository.ts";
export {
  createIdentityProviderSchema,
  identityProviderSchema,
  updateIdentityProviderSchema,
  type CreateIdentityProvider,
  type GroupMapping,
  type IdentityProvider,
  type NewIdentityProvider,
  type NewUsers,
  type RoleMapping,
  type UpdateIdentityProvider,
} from "./sso/identity-provider.ts";
export type { IdentityProviderRepository } from "./sso/identity-provider-repository.ts";
export {
  createIdentityProviderService,
  type IdentityProviderService,
} from "./sso/identity-provider-service.ts";
export { judgeClaims, type Claims } from "./sso/judge-claims.ts";
export type {
  DirectoryFilter,
  DirectoryGroup,
  DirectoryGroupState,
  DirectoryPage,
  DirectoryQuery,
  DirectoryUser,
  DirectoryUserState,
} from "./scim/directory.ts";
export type { ScimRepository } from "./scim/scim-repository.ts";
export { createScimService, type ScimService } from "./scim/scim-service.ts";
export {
  createScimTokenSchema,
  scimTokenSchema,
  type ScimToken,
  type ScimTokens,
} from "./scim/scim-token.ts";
