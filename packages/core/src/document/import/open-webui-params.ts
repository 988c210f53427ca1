import type { JsonObject, JsonValue } from "../../json.ts";
import { customParamsSchema, reservedParams } from "../../model/custom-params.ts";
import { modelParamsSchema, type ModelParams } from "../../model/model-params.ts";
import { liftOptions, toKnownParam } from "../../model/param-aliases.ts";

/** What another product's params are here. */
export type ReadParams = {
  readonly params: Readonly<Record<string, unknown>>;
  /** Its own keys: kept as they are and given back, never sent to a provider. */
  readonly opaque: JsonObject;
  readonly notes: readonly string[];
};

/** Keys that Open WebUI's server consumes itself. */
const ownKeys: ReadonlySet<string> = new Set([
  "stream_response",
  "stream_delta_chunk_size",
  "function_calling",
  "reasoning_tags",
  "compaction_threshold",
  "context_compaction_threshold",
]);

/**
 * Reads Open WebUI's untyped params. Known ones get their type, texts are converted with a note, its own keys stay
 * opaque, unknown scalars become custom params. What is out of range stays, and is refused when the model is read.
 */
export function readOpenWebUIParams(raw: JsonObject): ReadParams {
  const { custom_params: custom, ...fields } = raw;
  const found: Found = { params: {}, custom: {}, opaque: {}, notes: [] };
  for (const [name, value] of Object.entries(liftOptions(fields))) {
    if (value !== undefined && value !== null) readParam(found, name, value);
  }
  readCustom(found, custom);
  const customParams = Object.keys(found.custom).length === 0 ? {} : { custom_params: found.custom };
  return { params: { ...found.params, ...customParams }, opaque: found.opaque, notes: found.notes };
}

type Found = {
  readonly params: Record<string, unknown>;
  readonly custom: Record<string, JsonValue>;
  readonly opaque: Record<string, JsonValue>;
  readonly notes: string[];
};

function readParam(found: Found, name: string, value: JsonValue): void {
  if (ownKeys.has(name)) {
    found.opaque[name] = value;
    return;
  }
  if (name === "system") {
    if (value !== "") found.params["system"] = value;
    return;
  }
  const known = toKnownParam(name, value);
  if (known === undefined) return readUnknown(found, name, value);
  if (known.param === "max_tokens" && typeof known.value === "number" && known.value < 1) {
    found.notes.push(
      `params.${name}: ${known.value} asks for no limit, which is what nothing at all means here.`,
    );
    return;
  }
  const converted = convert(known.param, known.value);
  if (known.param !== name) found.notes.push(`params.${name}: is called ${known.param} here.`);
  if (converted !== known.value)
    found.notes.push(`params.${name}: ${describe(known.value)} was read as ${describe(converted)}.`);
  found.params[known.param] = converted;
}

function readUnknown(found: Found, name: string, value: JsonValue): void {
  const isReserved = (reservedParams as readonly string[]).includes(name);
  const isUsable = !isReserved && customParamsSchema.safeParse({ [name]: value }).success;
  if (typeof value === "object" || !isUsable) {
    found.opaque[name] = value;
    found.notes.push(`params.${name}: is unknown here; it is kept, and not sent to the provider.`);
    return;
  }
  found.custom[name] = value;
  found.notes.push(`params.${name}: is unknown here; it was moved to custom_params and is sent as it is.`);
}

function readCustom(found: Found, custom: JsonValue | undefined): void {
  if (custom === undefined || custom === null) return;
  if (typeof custom !== "object" || Array.isArray(custom)) {
    found.opaque["custom_params"] = custom;
    found.notes.push("params.custom_params: is no object; it is kept, and not sent to the provider.");
    return;
  }
  for (const [name, value] of Object.entries<JsonValue>(custom as JsonObject)) {
    if (customParamsSchema.safeParse({ [name]: value }).success) {
      found.custom[name] = value;
    } else {
      found.opaque[name] = value;
      found.notes.push(`params.custom_params.${name}: cannot be sent from here; it is kept.`);
    }
  }
}

const shape: Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>> =
  modelParamsSchema.shape;

/** The value that was meant by a text; the text itself where nothing better fits. */
function convert(param: keyof ModelParams, value: JsonValue): JsonValue {
  const fits = (candidate: JsonValue | undefined): candidate is JsonValue =>
    candidate !== undefined && shape[param]?.safeParse(candidate).success === true;
  if (fits(value) && !(param === "stop" && isOneCommaList(value))) return value;
  return candidatesFor(param, value).find(fits) ?? value;
}

function candidatesFor(param: keyof ModelParams, value: JsonValue): readonly (JsonValue | undefined)[] {
  if (typeof value === "number") return [Math.trunc(value)];
  if (param === "stop") return [splitList(isOneCommaList(value) ? value[0] : value)];
  if (typeof value !== "string") return [];
  const text = value.trim();
  const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/iu.test(text) ? Number(text) : undefined;
  const truth = text.toLowerCase() === "true" ? true : text.toLowerCase() === "false" ? false : undefined;
  return [
    number,
    number === undefined ? undefined : Math.trunc(number),
    truth,
    parseJson(text),
    parseBias(text),
    text.toLowerCase(),
  ];
}

function isOneCommaList(value: JsonValue | undefined): value is readonly [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === "string" && value[0].includes(",");
}

/** `"###, END"` as Open WebUI's form has it. A comma alone is a comma. */
function splitList(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string") return undefined;
  const parts = value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length === 0 ? [value] : parts;
}

/** `50256:-100, 1234:5`. */
function parseBias(text: string): JsonValue | undefined {
  const pairs = text.split(",").map((pair) => /^\s*(\d{1,10})\s*:\s*(-?\d+(?:\.\d+)?)\s*$/u.exec(pair));
  if (!pairs.every((pair) => pair !== null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair[1] ?? "", Number(pair[2])]));
}

function parseJson(text: string): JsonValue | undefined {
  if (!/^[[{]/u.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue; // safe: JSON is nothing else
  } catch {
    return undefined;
  }
}

function describe(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
