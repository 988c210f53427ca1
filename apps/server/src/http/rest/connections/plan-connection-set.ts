import { isDeepStrictEqual } from "node:util";
import { withoutUndefined } from "@corral/api";
import {
  createConnectionSchema,
  DomainError,
  updateConnectionSchema,
  type AzureSettings,
  type Connection,
  type ConnectionSet,
  type ConnectionSetEntry,
  type ModelFilter,
} from "@corral/core";
import { parseFields } from "../models/model-form.ts";
import { isFamilyOn, toEntryConfig, type ConnectionEntry, type Family } from "./connection-entry.ts";
import { isAzure, matchEntries } from "./match-entries.ts";
import { naming } from "./name-entry.ts";
import { readAuth, readSecrets } from "./read-secrets.ts";

type Wanted = {
  readonly family: Family;
  readonly entries: readonly ConnectionEntry[];
  /** Absent: as it is. */
  readonly isOn: boolean | undefined;
};

/**
 * What is to be done so that the connections are as the arrays say.
 *
 * @throws DomainError `invalid_input`, with the number of the connection.
 */
export function planConnectionSet(
  { family, entries, isOn }: Wanted,
  connections: readonly Connection[],
): ConnectionSet {
  const wasOn = isFamilyOn(connections);
  const matched = matchEntries(entries, connections);
  const kept = new Set(Array.from(matched.values(), ({ uid }) => uid));
  return {
    entries: entries.map((entry) =>
      naming(entry, (): ConnectionSetEntry => {
        const stored = matched.get(entry);
        const on = { wasOn, isOn: isOn ?? wasOn };
        if (stored === undefined) return { kind: "create", input: toCreate(family, entry, on.isOn) };
        const patch = toPatch(entry, stored, on);
        if (Object.keys(patch).length === 0) return { kind: "keep", uid: stored.uid };
        const { uid, revision } = stored;
        return { kind: "update", input: parseFields(updateConnectionSchema, { uid, revision, ...patch }) };
      }),
    ),
    removed: connections.flatMap(({ uid }) => (kept.has(uid) ? [] : [uid])),
  };
}

/** The fields of an endpoint to try, with the stored connection whose secrets fill in. */
export function toDraftFields(
  family: Family,
  entry: ConnectionEntry,
  stored: Connection | undefined,
): Readonly<Record<string, unknown>> {
  if (stored === undefined) {
    const { provider, url, authType, azure, key, headers } = toCreate(family, entry, true);
    return withoutUndefined({ provider, url, authType, azure, key, headers });
  }
  const { provider, timeouts, adapter } = stored;
  const { authType, azure, key, headers }: Partial<Patch> = toPatch(entry, stored, {
    wasOn: true,
    isOn: true,
  });
  const typed = Object.entries(headers ?? {}).filter(([, value]) => value !== null);
  return {
    provider,
    timeouts,
    adapter,
    url: entry.url,
    authType: authType ?? stored.authType,
    azure: azure ?? stored.azure,
    ...(typeof key === "string" && { key }),
    ...(typed.length > 0 && { headers: Object.fromEntries(typed) }),
  };
}

type Patch = ReturnType<typeof toPatch>;

function toCreate(family: Family, entry: ConnectionEntry, isOn: boolean) {
  const { url, config } = entry;
  const provider = family === "ollama" ? "ollama" : isAzure(entry) === true ? "azure-openai" : "openai";
  const { key, headers } = readSecrets(entry, undefined);
  const ids = config.model_ids ?? [];
  return parseFields(
    createConnectionSchema,
    withoutUndefined({
      provider,
      url,
      name: new URL(url).host,
      enabled: isOn && (config.enable ?? true),
      prefix: config.prefix_id || null,
      tags: tagsOf(entry) ?? [],
      connectionType: config.connection_type ?? undefined,
      authType: readAuth(entry, { provider, hasKey: typeof key === "string" }),
      ...(provider === "azure-openai"
        ? { azure: { apiVersion: config.api_version || null, deployments: toDeployments(ids, []) } }
        : ids.length > 0 && { models: { mode: provider === "ollama" ? "only" : "static", ids } }),
      key: key ?? undefined,
      headers,
    }),
  );
}

/** Only what reads otherwise than the stored connection does. */
function toPatch(
  entry: ConnectionEntry,
  stored: Connection,
  { wasOn, isOn }: { readonly wasOn: boolean; readonly isOn: boolean },
) {
  const { url, config } = entry;
  assertSameKind(entry, stored);
  const shown = toEntryConfig(stored, wasOn);
  const enabled = isOn && (config.enable ?? shown.enable);
  const prefix = config.prefix_id === undefined ? stored.prefix : config.prefix_id || null;
  const tags = tagsOf(entry);
  const { key, headers } = readSecrets(entry, stored);
  const hasKey = key === undefined ? stored.keyFingerprint !== null : key !== null;
  const authType = readAuth(entry, { provider: stored.provider, hasKey, stored });
  return withoutUndefined({
    url: url === stored.url ? undefined : url,
    enabled: enabled === stored.enabled ? undefined : enabled,
    prefix: prefix === stored.prefix ? undefined : prefix,
    tags: tags === undefined || isDeepStrictEqual(tags, stored.tags) ? undefined : tags,
    connectionType:
      config.connection_type === shown.connection_type ? undefined : (config.connection_type ?? undefined),
    authType: authType === stored.authType ? undefined : authType,
    ...readModels(entry, stored, shown.model_ids),
    key,
    headers,
  });
}

function readModels(
  { config }: ConnectionEntry,
  { provider, models, azure }: Connection,
  shownIds: readonly string[],
): { readonly models?: ModelFilter; readonly azure?: AzureSettings } {
  const ids = config.model_ids ?? shownIds;
  const isSame = isDeepStrictEqual(ids, shownIds);
  if (azure !== null) {
    const apiVersion = config.api_version === undefined ? azure.apiVersion : config.api_version || null;
    if (isSame && apiVersion === azure.apiVersion) return {};
    return { azure: { ...azure, apiVersion, deployments: toDeployments(ids, azure.deployments) } };
  }
  if (isSame) return {};
  if (ids.length === 0) return { models: { mode: "all" } };
  const usual = provider === "ollama" ? "only" : "static";
  const mode = models.mode === "only" || models.mode === "static" ? models.mode : usual;
  return { models: { mode, ids: [...ids] } };
}

type Deployments = AzureSettings["deployments"];

/** A deployment's name says nothing of its model: what is known of it stays. */
function toDeployments(names: readonly string[], known: Deployments): Deployments {
  return names.map((name) => known.find((one) => one.name === name) ?? { name, model: null });
}

function tagsOf({ config: { tags } }: ConnectionEntry): string[] | undefined {
  return tags === undefined
    ? undefined
    : (tags ?? []).map((tag) => (typeof tag === "string" ? tag : tag.name));
}

function assertSameKind(entry: ConnectionEntry, { provider }: Connection): void {
  const wanted = isAzure(entry);
  if (wanted === undefined || wanted === (provider === "azure-openai")) return;
  throw new DomainError(
    "invalid_input",
    "A connection stays what it is, to Azure OpenAI or not. Enter its key again to make another one of it.",
  );
}
