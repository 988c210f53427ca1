import type { ExplicitAccess } from "@corral/access-control";
import type {
  AuthType,
  ConnectionDraft as VerifiableDraft,
  ConnectionEndpoint,
  ModelFilter,
  ProviderKind,
} from "@corral/core";

import type { ApiInputs, ApiOutputs } from "../../trpc.ts";
import { type AzureDraft, emptyAzure, fromAzure, toAzureSettings, usesEntra } from "./azure-draft.ts";

export type Connection = ApiOutputs["connections"]["list"]["connections"][number];

/** An extra header. `value` undefined: the stored one stays. */
export type HeaderDraft = { id: number; name: string; value: string | undefined; isStored: boolean };

/** A connection while someone edits it. */
export type ConnectionDraft = {
  provider: ProviderKind;
  name: string;
  url: string;
  authType: Connection["authType"];
  /** `undefined` leaves the stored key. */
  key: string | undefined;
  headers: readonly HeaderDraft[];
  azure: AzureDraft;
  prefix: string;
  /** Comma-separated, as typed. */
  tags: string;
  visibility: ExplicitAccess;
  filterMode: ModelFilter["mode"];
  /** One id a line, as typed. */
  filterIds: string;
  enabled: boolean;
};

export const defaultUrls: Record<ProviderKind, string> = {
  ollama: "http://127.0.0.1:11434",
  openai: "https://api.openai.com/v1",
  "azure-openai": "",
};

export function emptyConnection(): ConnectionDraft {
  return {
    provider: "ollama",
    name: "",
    url: defaultUrls.ollama,
    authType: "none",
    key: undefined,
    headers: [],
    azure: emptyAzure(),
    prefix: "",
    tags: "",
    visibility: { kind: "private" },
    filterMode: "all",
    filterIds: "",
    enabled: true,
  };
}

export function fromConnection(connection: Connection): ConnectionDraft {
  const { models } = connection;
  return {
    provider: connection.provider,
    name: connection.name,
    url: connection.url,
    authType: connection.authType,
    key: undefined,
    headers: connection.headerNames.map((name, id) => ({ id, name, value: undefined, isStored: true })),
    azure: connection.azure ? fromAzure(connection.azure) : emptyAzure(),
    prefix: connection.prefix ?? "",
    tags: connection.tags.join(", "),
    visibility: connection.defaultVisibility,
    filterMode: models.mode,
    filterIds: models.mode === "all" ? "" : models.ids.join("\n"),
    enabled: connection.enabled,
  };
}

/** What verify needs. Untouched secrets are left out; the server has them. */
export function toVerifiable(draft: ConnectionDraft): VerifiableDraft {
  const headers = Object.fromEntries(
    draft.headers.flatMap(({ name, value }) => (value === undefined ? [] : [[name.trim(), value]])),
  );
  const { key } = draft;
  const { clientSecret } = draft.azure;
  return {
    ...toEndpoint(draft),
    url: draft.url.trim(),
    ...(usesKey(draft.authType) && key !== undefined && { key }),
    ...(usesClientSecret(draft) && clientSecret !== undefined && { clientSecret }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

export function usesKey(authType: AuthType): boolean {
  return authType === "bearer" || authType === "api-key";
}

export function usesClientSecret({ provider, authType, azure }: ConnectionDraft): boolean {
  return provider === "azure-openai" && usesEntra(authType, azure) && azure.credential === "client-secret";
}

function toEndpoint({ provider, authType, azure }: ConnectionDraft): ConnectionEndpoint {
  const isPlain = authType === "none" || authType === "bearer" || authType === "headers";
  if (provider !== "azure-openai") return { provider, authType: isPlain ? authType : "none", azure: null };
  const settings = toAzureSettings(azure, authType);
  if (settings.entra !== null && authType === "entra") {
    return { provider, authType, azure: { ...settings, entra: settings.entra } };
  }
  return {
    provider,
    authType: authType === "bearer" || authType === "headers" ? authType : "api-key",
    azure: settings,
  };
}

function toSettings(draft: ConnectionDraft) {
  const ids = splitLines(draft.filterIds);
  return {
    name: draft.name.trim() || suggestName(draft.url),
    prefix: draft.prefix.trim() || null,
    tags: splitTags(draft.tags),
    defaultVisibility: draft.visibility,
    models: draft.filterMode === "all" ? { mode: "all" as const } : { mode: draft.filterMode, ids },
    enabled: draft.enabled,
  };
}

export function toCreateInput(draft: ConnectionDraft): ApiInputs["connections"]["create"] {
  return { ...toVerifiable(draft), ...toSettings(draft) };
}

export function toUpdateInput(
  draft: ConnectionDraft,
  stored: Pick<Connection, "uid" | "revision" | "headerNames">,
): ApiInputs["connections"]["update"] {
  const { provider: _fixed, headers = {}, key, azure, ...target } = toVerifiable(draft);
  const kept = new Set(draft.headers.map(({ name }) => name.trim()));
  const removed = stored.headerNames.filter((name) => !kept.has(name)).map((name) => [name, null] as const);
  const changes = { ...Object.fromEntries(removed), ...headers };
  return {
    uid: stored.uid,
    revision: stored.revision,
    ...target,
    ...(azure !== null && { azure }),
    ...toSettings(draft),
    ...(usesKey(draft.authType) ? key !== undefined && { key } : { key: null }),
    ...(Object.keys(changes).length > 0 && { headers: changes }),
  };
}

/** A name for whoever leaves the field empty. */
export function suggestName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

export function splitTags(text: string): string[] {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
}

export function splitLines(text: string): string[] {
  const lines = text.split(/[\n,]/u).map((line) => line.trim());
  return [...new Set(lines.filter(Boolean))];
}
