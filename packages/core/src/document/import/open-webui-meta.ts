import type { JsonObject, JsonValue } from "../../json.ts";
import { limits } from "../../limits.ts";
import { capabilityNames } from "../../model/model-meta.ts";
import { profileImageUrlSchema } from "../../model/profile-image.ts";

/** Another product's meta as ours, still to be parsed. */
export type ReadMeta = {
  readonly meta: Readonly<Record<string, JsonValue>>;
  readonly notes: readonly string[];
};

const defaultPicture = /^\/?(?:static\/)?favicon\.(?:png|svg|ico)$/u;
/** What stands for a model without a picture of its own, here. */
const tile = /^\/models\/model\/profile\/image\?id=[0-9a-f-]{36}$/u;

/**
 * Reads Open WebUI's meta. What it declares beyond our capabilities, and its own params, are kept under `extra`, from
 * where they are given back.
 */
export function readOpenWebUIMeta(raw: JsonObject, opaqueParams: JsonObject): ReadMeta {
  const notes: string[] = [];
  const { profile_image_url: picture, capabilities, extra, tags, ...rest } = raw;
  const declared = splitCapabilities(capabilities);
  const kept = {
    ...(isObject(extra) ? extra : {}),
    ...(Object.keys(declared.others).length > 0 && { openwebui_capabilities: declared.others }),
    ...(Object.keys(opaqueParams).length > 0 && { openwebui_params: opaqueParams }),
  };
  const fields = Object.entries<JsonValue | undefined>(rest).flatMap(([name, value]): [string, JsonValue][] =>
    isNothing(value) ? [] : [[name, value]],
  );
  const meta = {
    ...Object.fromEntries(fields),
    ...readPicture(picture, notes),
    ...(Object.keys(declared.known).length > 0 && { capabilities: declared.known }),
    ...(Array.isArray(tags) && tags.length > 0 && { tags: readTags(tags, notes) }),
    ...(Object.keys(kept).length > 0 && { extra: kept }),
  };
  return { meta: withinBudget(meta, notes), notes };
}

/** It writes out what is not there. */
function isNothing(value: JsonValue | undefined): value is undefined | null | readonly [] {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function splitCapabilities(raw: JsonValue | undefined) {
  const known: Record<string, JsonValue> = {};
  const others: Record<string, JsonValue> = {};
  if (isObject(raw)) {
    for (const [name, value] of Object.entries<JsonValue>(raw)) {
      const isOurs = (capabilityNames as readonly string[]).includes(name) && typeof value === "boolean";
      (isOurs ? known : others)[name] = value;
    }
  }
  return { known, others };
}

function readPicture(picture: JsonValue | undefined, notes: string[]): { profile_image_url?: string } {
  if (typeof picture !== "string" || picture === "" || defaultPicture.test(picture)) return {};
  if (tile.test(picture)) return {};
  const parsed = profileImageUrlSchema.safeParse(picture);
  // a reference is ours alone, and means nothing in another product's file
  if (parsed.success && !picture.startsWith("corral-image:")) return { profile_image_url: picture };
  notes.push(
    `meta.profile_image_url: was left out; it ${parsed.error?.issues[0]?.message ?? "is no picture"}.`,
  );
  return {};
}

/** Its list may hold names, objects with more than a name, and the same twice. */
function readTags(tags: readonly JsonValue[], notes: string[]): JsonValue {
  const names = tags.flatMap((tag) => {
    const name = isObject(tag) ? tag["name"] : tag;
    return typeof name === "string" && name.trim() !== "" ? [name.trim()] : [];
  });
  const usable = names.filter((name) => name.length <= limits.tagLength).slice(0, limits.tagCount);
  if (usable.length < tags.length)
    notes.push(`meta.tags: ${tags.length - usable.length} could not be taken over.`);
  return usable.map((name) => ({ name }));
}

/** Attached knowledge can be megabytes of somebody else's ids. The largest go first. */
function withinBudget(
  meta: Readonly<Record<string, JsonValue>>,
  notes: string[],
): Readonly<Record<string, JsonValue>> {
  const unknown = Object.entries(meta).filter(([name]) => !knownFields.has(name));
  const sizes = unknown.map(([name, value]) => ({
    name,
    size: JSON.stringify(value).length + name.length + 4,
  }));
  let total =
    sizes.reduce((sum, { size }) => sum + size, 0) + JSON.stringify(meta["extra"] ?? null).length + 12;
  const gone = new Set<string>();
  for (const { name, size } of sizes.toSorted((one, other) => other.size - one.size)) {
    if (total <= limits.metaExtraBytes) break;
    gone.add(name);
    total -= size;
    notes.push(
      `meta.${name}: was left out; what is unknown here may have ${limits.metaExtraBytes} bytes in all.`,
    );
  }
  return Object.fromEntries(Object.entries(meta).filter(([name]) => !gone.has(name)));
}

const knownFields: ReadonlySet<string> = new Set([
  "profile_image_url",
  "description",
  "capabilities",
  "tags",
  "suggestion_prompts",
  "hidden",
  "actionIds",
  "filterIds",
  "toolIds",
  "extra",
]);

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
