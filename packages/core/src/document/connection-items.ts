import type { Connection } from "../connection/connection.ts";
import { normalizeBaseUrl } from "../connection/connection-address.ts";
import { azureSettingsSchema } from "../connection/connection-endpoint.ts";
import { sortKeys } from "../json-equality.ts";
import {
  canonicalAccess,
  explicitDocumentAccessSchema,
  toDocumentAccess,
  type PrincipalNames,
} from "./document-access.ts";
import type { ConnectionItem } from "./document-schema.ts";

/** The whole item of a stored connection, without anything about its secrets. */
export function toConnectionItem(names: PrincipalNames, connection: Connection): ConnectionItem {
  const { slug, name, provider, authType, azure, url, enabled, position, prefix } = connection;
  const { tags, connectionType, models, defaultVisibility, params, timeouts, concurrency } = connection;
  return {
    slug,
    name,
    provider,
    authType,
    azure: azure === null ? null : azureSettingsSchema.parse(azure),
    url,
    enabled,
    position,
    prefix,
    tags: [...tags],
    connectionType,
    models: sortKeys(models),
    defaultVisibility: toExplicit(toDocumentAccess(defaultVisibility, names)),
    params: sortKeys(params),
    timeouts: sortKeys(timeouts),
    concurrency,
  };
}

/** The item as it would be written back; its references to secrets stay as they are. */
export function toCanonicalConnectionItem(names: PrincipalNames, item: ConnectionItem): ConnectionItem {
  const { url, defaultVisibility, models, params, timeouts, secrets } = item;
  return {
    ...item,
    ...(url !== undefined && { url: normalizeBaseUrl(url) }),
    ...(models !== undefined && { models: sortKeys(models) }),
    ...(defaultVisibility !== undefined && {
      defaultVisibility: toExplicit(canonicalAccess(defaultVisibility, names)),
    }),
    ...(params !== undefined && { params: sortKeys(params) }),
    ...(timeouts !== undefined && { timeouts: sortKeys(timeouts) }),
    ...(secrets !== undefined && { secrets: sortKeys(secrets) }),
  };
}

function toExplicit(access: unknown): NonNullable<ConnectionItem["defaultVisibility"]> {
  return explicitDocumentAccessSchema.parse(access);
}
