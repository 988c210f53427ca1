import type { ExplicitAccess } from "@corral/access-control";
import type { ConnectionDraft as VerifiableDraft, ModelFilter, ProviderKind } from "@corral/core";

import type { ApiInputs, ApiOutputs } from "../../trpc.ts";

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
  "azure-openai": "https://my-resource.openai.azure.com",
};

export function emptyConnection(): ConnectionDraft {
  return {
    provider: "ollama",
    name: "",
    url: defaultUrls.ollama,
    authType: "none",
    key: undefined,
    headers: [],
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
  return {
    provider: draft.provider,
    url: draft.url.trim(),
    authType: draft.authType,
    ...(draft.authType === "bearer" && draft.key !== undefined && { key: draft.key }),
    ...(Object.keys(headers).length > 0 && { headers }),
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
  const { provider: _fixed, headers = {}, key, ...target } = toVerifiable(draft);
  const kept = new Set(draft.headers.map(({ name }) => name.trim()));
  const removed = stored.headerNames.filter((name) => !kept.has(name)).map((name) => [name, null] as const);
  const changes = { ...Object.fromEntries(removed), ...headers };
  return {
    uid: stored.uid,
    revision: stored.revision,
    ...target,
    ...toSettings(draft),
    ...(draft.authType === "bearer" ? key !== undefined && { key } : { key: null }),
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
