import {
  connectionAdapterSchema,
  connectionTimeoutsSchema,
  modelFilterSchema,
  modelParamsSchema,
  parseEndpoint,
  referencesIn,
  Secret,
  secretReferencesSchema,
  type Connection,
  type ConnectionSecrets,
  type NewConnection,
} from "@corral/core";
import type { EntityManager, InferEntity } from "@mikro-orm/postgresql";
import { z } from "zod";
import type { ConnectionEntity } from "../entities/connection.entity.ts";
import type { SealedPlace, SecretBox } from "../secret-box.ts";
import { connectionGrants, readGrants, toAccess, type GrantLists } from "./grants.ts";

type Row = InferEntity<typeof ConnectionEntity>;
type KeyColumns = Pick<Row, "sealedKey" | "keyFingerprint" | "keySetAt">;
type ClientSecretColumns = Pick<Row, "sealedClientSecret" | "clientSecretFingerprint" | "clientSecretSetAt">;
type SecretColumns = KeyColumns &
  ClientSecretColumns &
  Pick<Row, "sealedHeaders" | "headerNames" | "secretReferences">;

/** The columns that an update replaces too, secrets and position apart. */
export function toEditableColumns(connection: NewConnection | Connection) {
  return {
    slug: connection.slug,
    name: connection.name,
    url: connection.url,
    authType: connection.authType,
    azure: connection.azure,
    enabled: connection.enabled,
    prefix: connection.prefix,
    tags: [...connection.tags],
    connectionType: connection.connectionType,
    models: connection.models,
    defaultVisibility: connection.defaultVisibility.kind,
    params: connection.params,
    timeouts: connection.timeouts,
    adapter: connection.adapter,
    concurrency: connection.concurrency,
  };
}

export async function toConnections(em: EntityManager, rows: readonly Row[]): Promise<Connection[]> {
  const grants = await readGrants(
    em,
    connectionGrants,
    rows.filter((row) => row.defaultVisibility === "restricted").map((row) => row.uid),
  );
  return rows.map((row) => toConnection(row, grants.get(row.uid)));
}

function toConnection(row: Row, grants: GrantLists | undefined): Connection {
  return {
    uid: row.uid,
    slug: row.slug,
    name: row.name,
    ...parseEndpoint({ provider: row.provider, authType: row.authType, azure: row.azure ?? null }),
    url: row.url,
    keyFingerprint: row.keyFingerprint ?? null,
    keySetAt: row.keySetAt?.toISOString() ?? null,
    clientSecretFingerprint: row.clientSecretFingerprint ?? null,
    clientSecretSetAt: row.clientSecretSetAt?.toISOString() ?? null,
    headerNames: row.headerNames,
    secretReferences: secretReferencesSchema.parse(row.secretReferences),
    enabled: row.enabled,
    prefix: row.prefix ?? null,
    tags: row.tags,
    connectionType: row.connectionType,
    models: modelFilterSchema.parse(row.models),
    defaultVisibility: toAccess(row.defaultVisibility, grants),
    params: modelParamsSchema.parse(row.params),
    timeouts: connectionTimeoutsSchema.parse(row.timeouts),
    adapter: connectionAdapterSchema.parse(row.adapter),
    concurrency: row.concurrency ?? null,
    position: row.position,
    revision: row.revision,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The same key again keeps the time it was set. */
export function sealSecrets(
  box: SecretBox,
  uid: string,
  { secrets, before }: { readonly secrets: ConnectionSecrets; readonly before?: Row },
): SecretColumns {
  const headers = Object.entries(secrets.headers).map(([name, value]) => [name, value.reveal()]);
  return {
    ...sealKey(box, uid, { key: secrets.key?.reveal(), before }),
    ...sealClientSecret(box, uid, { clientSecret: secrets.clientSecret?.reveal(), before }),
    sealedHeaders:
      headers.length === 0
        ? null
        : box.seal(JSON.stringify(Object.fromEntries(headers)), placeOf(uid, "sealed_headers")),
    headerNames: Object.keys(secrets.headers),
    secretReferences: referencesIn(secrets),
  };
}

function sealKey(
  box: SecretBox,
  uid: string,
  { key, before }: { readonly key: string | undefined; readonly before: Row | undefined },
): KeyColumns {
  if (key === undefined) return { sealedKey: null, keyFingerprint: null, keySetAt: null };
  const keyFingerprint = box.fingerprint(key);
  const keySetAt = before?.keyFingerprint === keyFingerprint ? before.keySetAt : undefined;
  return {
    sealedKey: box.seal(key, placeOf(uid, "sealed_key")),
    keyFingerprint,
    keySetAt: keySetAt ?? new Date(),
  };
}

function sealClientSecret(
  box: SecretBox,
  uid: string,
  { clientSecret, before }: { readonly clientSecret: string | undefined; readonly before: Row | undefined },
): ClientSecretColumns {
  if (clientSecret === undefined)
    return { sealedClientSecret: null, clientSecretFingerprint: null, clientSecretSetAt: null };
  const clientSecretFingerprint = box.fingerprint(clientSecret);
  const isSame = before?.clientSecretFingerprint === clientSecretFingerprint;
  return {
    sealedClientSecret: box.seal(clientSecret, placeOf(uid, "sealed_client_secret")),
    clientSecretFingerprint,
    clientSecretSetAt: (isSame ? before.clientSecretSetAt : undefined) ?? new Date(),
  };
}

export function openSecrets(box: SecretBox, row: Row): ConnectionSecrets {
  const { uid, sealedKey, sealedClientSecret, sealedHeaders } = row;
  const headers = sealedHeaders
    ? headersSchema.parse(JSON.parse(box.open(sealedHeaders, placeOf(uid, "sealed_headers"))))
    : {};
  return {
    key: sealedKey ? new Secret(box.open(sealedKey, placeOf(uid, "sealed_key"))) : null,
    clientSecret: sealedClientSecret
      ? new Secret(box.open(sealedClientSecret, placeOf(uid, "sealed_client_secret")))
      : null,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)])),
  };
}

const headersSchema = z.record(z.string(), z.string());

function placeOf(id: string, column: string): SealedPlace {
  return { table: "connections", id, column };
}
