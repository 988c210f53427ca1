import type {
  AuthType,
  AzureSettings,
  ConnectionAdapter,
  ConnectionTimeouts,
  ErrorCode,
  ModelFilter,
  ModelParams,
  ProviderKind,
  SecretReferences,
} from "@corral/core";
import { defineEntity, p } from "@mikro-orm/postgresql";
import { GroupEntity } from "./group.entity.ts";
import { UserEntity } from "./user.entity.ts";
import { moveRevision, watchTable } from "./watch-table.ts";

const contents = [
  "revision",
  "slug",
  "name",
  "url",
  "auth_type",
  "azure",
  // of the secrets what people see: a rotation seals them anew and changes nothing
  "key_set_at",
  "client_secret_set_at",
  "header_names",
  "secret_references",
  "enabled",
].concat(
  ["prefix", "tags", "connection_type", "models", "default_visibility", "params", "timeouts", "adapter"],
  ["concurrency", "position", "archived_at"],
);

/** A configured endpoint. An archived one keeps its row, so that adding it again can restore its uid. */
export const ConnectionEntity = defineEntity({
  name: "Connection",
  tableName: "connections",
  properties: {
    uid: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    slug: p.text(),
    name: p.text(),
    provider: p.text().$type<ProviderKind>(),
    url: p.text(),
    authType: p.text().$type<AuthType>(),
    sealedKey: p.text().nullable(),
    keyFingerprint: p.text().nullable(),
    keySetAt: p.datetime(3).nullable(),
    /** What Azure OpenAI alone has; the client secret is sealed apart. */
    azure: p.json<AzureSettings>().nullable(),
    sealedClientSecret: p.text().nullable(),
    clientSecretFingerprint: p.text().nullable(),
    clientSecretSetAt: p.datetime(3).nullable(),
    sealedHeaders: p.text().nullable(),
    headerNames: p.array().defaultRaw("'{}'"),
    /** Those of the sealed texts that are references, in the open: what they stand for is not here. */
    secretReferences: p.json<SecretReferences>().defaultRaw("'{}'"),
    enabled: p.boolean().default(true),
    prefix: p.text().nullable(),
    tags: p.array().defaultRaw("'{}'"),
    connectionType: p.text().$type<"local" | "external">(),
    models: p.json<ModelFilter>(),
    defaultVisibility: p.text().$type<"public" | "private" | "restricted">().default("private"),
    params: p.json<ModelParams>(),
    timeouts: p.json<ConnectionTimeouts>(),
    adapter: p.json<ConnectionAdapter>().defaultRaw("'{}'"),
    concurrency: p.integer().nullable(),
    position: p.integer(),
    revision: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
    archivedAt: p.datetime(3).nullable(),
  },
  uniques: [
    {
      name: "connections_slug_unique",
      expression:
        "create unique index connections_slug_unique on connections (slug) where archived_at is null",
    },
    {
      name: "connections_prefix_unique",
      expression:
        "create unique index connections_prefix_unique on connections (lower(prefix)) where archived_at is null",
    },
  ],
  checks: [
    {
      name: "connections_provider_check",
      expression: "provider in ('ollama', 'openai', 'azure-openai')",
    },
    {
      name: "connections_azure_check",
      expression: "(azure is not null) = (provider = 'azure-openai')",
    },
    {
      name: "connections_default_visibility_check",
      expression: "default_visibility in ('public', 'private', 'restricted')",
    },
    {
      name: "connections_archived_check",
      expression:
        "archived_at is null or (sealed_key is null and sealed_client_secret is null and sealed_headers is null " +
        "and not enabled)",
    },
  ],
  triggers: watchTable({
    table: "connections",
    target: "connection",
    uid: "uid",
    catalog: true,
    columns: contents,
    hidden: ["sealed_key", "sealed_client_secret", "sealed_headers"],
  }).concat(moveRevision("connections", contents)),
});

/** Whom a connection shows its models to by default. */
export const ConnectionGrantEntity = defineEntity({
  name: "ConnectionGrant",
  tableName: "connection_grants",
  properties: {
    id: p.bigint("number").primary().autoincrement(),
    connectionUid: () =>
      p.manyToOne(ConnectionEntity).mapToPk().fieldName("connection_uid").deleteRule("cascade"),
    level: p.text().$type<"read" | "write">(),
    groupId: () =>
      p.manyToOne(GroupEntity).mapToPk().fieldName("group_id").deleteRule("cascade").nullable().index(),
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").nullable().index(),
  },
  uniques: [
    {
      name: "connection_grants_unique",
      expression:
        "create unique index connection_grants_unique on connection_grants " +
        "(connection_uid, level, group_id, user_id) nulls not distinct",
    },
  ],
  checks: [
    { name: "connection_grants_level_check", expression: "level in ('read', 'write')" },
    { name: "connection_grants_principal_check", expression: "num_nonnulls(group_id, user_id) = 1" },
  ],
  triggers: watchTable({
    table: "connection_grants",
    target: "connection",
    uid: "connection_uid",
    catalog: true,
    columns: ["level", "group_id", "user_id"],
  }),
});

/** How the last attempts to list went. Written often, so never a change. */
export const ConnectionHealthEntity = defineEntity({
  name: "ConnectionHealth",
  tableName: "connection_health",
  properties: {
    connectionUid: () =>
      p.oneToOne(ConnectionEntity).mapToPk().fieldName("connection_uid").deleteRule("cascade").primary(),
    lastSuccessAt: p.datetime(3).nullable(),
    lastFailureAt: p.datetime(3).nullable(),
    errorCode: p.text().$type<ErrorCode>().nullable(),
    errorMessage: p.text().nullable(),
    consecutiveFailures: p.integer().default(0),
    latencyMs: p.double().$type<number>().nullable(),
    modelCount: p.integer().default(0),
    /** SHA-256 of the listing that was applied last: the same one again has nothing to say. */
    listingDigest: p.text().nullable(),
    /** How many empty listings came in a row while models were known, and when the first did. */
    emptyListings: p.integer().default(0),
    emptySince: p.datetime(3).nullable(),
  },
});
