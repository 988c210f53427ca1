import type { AccessControl } from "@corral/access-control";
import type { ParamMode } from "@corral/core";

import type { ApiInputs, ApiOutputs } from "../../trpc.ts";

export type ModelDetail = ApiOutputs["models"]["get"];
export type Params = Readonly<Record<string, unknown>>;

/** A model while someone edits it. A parameter that is not set is absent. */
export type ModelDraft = {
  id: string;
  name: string;
  baseModelId: string | null;
  description: string;
  /** Comma-separated, as typed. */
  tags: string;
  hidden: boolean;
  system: string;
  params: Params;
  paramModes: Readonly<Record<string, ParamMode>>;
  access: AccessControl;
  isActive: boolean;
};
export type DraftField = Exclude<keyof ModelDraft, "id">;

export const emptyModel: ModelDraft = {
  id: "",
  name: "",
  baseModelId: null,
  description: "",
  tags: "",
  hidden: false,
  system: "",
  params: {},
  paramModes: {},
  access: { kind: "private" },
  isActive: true,
};

export function fromDetail(detail: ModelDetail): ModelDraft {
  const { definition } = detail;
  const { system, ...params } = definition?.params ?? {};
  return {
    id: detail.id,
    name: detail.name,
    baseModelId: detail.kind === "custom" ? (detail.baseModelId ?? definition?.baseId ?? null) : null,
    description: detail.description,
    tags: detail.tags.join(", "),
    hidden: detail.hidden,
    system: typeof system === "string" ? system : "",
    params,
    paramModes: definition?.paramModes ?? {},
    access: definition?.access ?? { kind: "private" },
    isActive: detail.isActive,
  };
}

const fields: readonly DraftField[] = [
  "name",
  "description",
  "tags",
  "hidden",
  "baseModelId",
  "system",
  "params",
  "paramModes",
  "access",
  "isActive",
];

export function listChanges(draft: ModelDraft, stored: ModelDraft): DraftField[] {
  return fields.filter((field) => JSON.stringify(draft[field]) !== JSON.stringify(stored[field]));
}

export function splitTags(text: string): string[] {
  const names = text.split(",").map((tag) => tag.trim());
  return names.filter(Boolean);
}

export function toCreateInput(draft: ModelDraft): ApiInputs["models"]["create"] {
  return {
    id: draft.id.trim(),
    name: draft.name,
    baseModelId: draft.baseModelId,
    params: toParams(draft),
    paramModes: toModes(draft),
    meta: toMeta(draft, {}),
    access: draft.access,
    isActive: draft.isActive,
  };
}

/** Only what has changed: rights are judged, and others' edits kept, field by field. */
export function toUpdateInput(draft: ModelDraft, detail: ModelDetail): ApiInputs["models"]["update"] {
  const changes = new Set(listChanges(draft, fromDetail(detail)));
  const has = (...names: DraftField[]): boolean => names.some((name) => changes.has(name));
  return {
    id: detail.id,
    ...(detail.revision !== null && { revision: detail.revision }),
    ...(has("name") && { name: draft.name }),
    ...(has("baseModelId") && { baseModelId: draft.baseModelId }),
    ...(has("system", "params") && { params: toParams(draft) }),
    ...(has("paramModes", "system", "params") && { paramModes: toModes(draft) }),
    ...(has("description", "tags", "hidden") && { meta: toMeta(draft, detail.definition?.meta ?? {}) }),
    ...(has("access") && { access: draft.access }),
    ...(has("isActive") && { isActive: draft.isActive }),
  };
}

function toParams({ params, system }: ModelDraft): ApiInputs["models"]["create"]["params"] {
  // The server judges the values, and names the fields that are wrong.
  return { ...params, ...(system.trim() !== "" && { system }) };
}

/** `default` is what a value without a mode is. Only `max_tokens` and its kin may be capped without a value. */
function toModes({ paramModes }: ModelDraft): Record<string, ParamMode> {
  return Object.fromEntries(Object.entries(paramModes).filter(([, mode]) => mode !== "default"));
}

/** What this page does not edit stays: images, suggestions, what other programs have put there. */
function toMeta(
  draft: ModelDraft,
  stored: Readonly<Record<string, unknown>>,
): NonNullable<ApiInputs["models"]["create"]["meta"]> {
  const { description: _description, tags: _tags, hidden: _hidden, ...kept } = stored;
  const tags = splitTags(draft.tags);
  return {
    ...kept,
    ...(draft.description !== "" && { description: draft.description }),
    ...(tags.length > 0 && { tags }),
    ...(draft.hidden && { hidden: true }),
  };
}

/** An id for whoever has typed a name and nothing else: words, digits and dots, joined by hyphens. */
export function suggestId(name: string): string {
  const words =
    name
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{N}.]+/gu) ?? [];
  return words.join("-").slice(0, 64);
}
