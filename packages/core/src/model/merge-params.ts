import type { JsonValue } from "../json.ts";
import type { ParamNote } from "../provider/provider.ts";
import type { CustomParams } from "./custom-params.ts";
import {
  cappableParams,
  type ModelParams,
  type ParamMode,
  type ParamModes,
  type ParamName,
} from "./model-params.ts";
import { liftOptions, parseParam, toKnownParam } from "./param-aliases.ts";

/** Who set a value. Lowest first. */
export type ParamSource =
  | { readonly kind: "connection"; readonly uid?: string }
  /** All tags of one of Ollama's names. */
  | { readonly kind: "base_name"; readonly uid: string }
  | { readonly kind: "record"; readonly uid: string }
  | { readonly kind: "request" };

/** What one level says. Layers are given lowest first: connection, base override, …, custom model, request. */
export type ParamLayer = {
  readonly source: ParamSource;
  readonly params: ModelParams;
  readonly modes: ParamModes;
};

/** The smallest `max` of all levels. */
export type ParamCap = { readonly value: number; readonly source: ParamSource };

/** Who set a value, and how firmly it stands; `max` where a cap took the place of a larger one. */
export type ParamOrigin = { readonly source: ParamSource; readonly mode: ParamMode };

export type MergedParams = {
  readonly params: ModelParams;
  /** Of the values in `params`, but for `custom_params`. */
  readonly origins: ReadonlyMap<ParamName, ParamOrigin>;
  readonly caps: ReadonlyMap<ParamName, ParamCap>;
  /** Of the keys in `params.custom_params`. */
  readonly customSources: ReadonlyMap<string, ParamSource>;
  readonly notes: readonly ParamNote[];
};

type Slot = ParamOrigin & { readonly value: unknown };

/**
 * Decides each parameter's value. A later layer wins; `fixed` at any level beats everything later; `max` is the
 * smallest of all levels and caps whatever wins. Nothing is invented: what nobody set is absent.
 */
export function mergeParams(layers: readonly ParamLayer[]): MergedParams {
  const slots = new Map<ParamName, Slot>();
  const caps = new Map<ParamName, ParamCap>();
  const custom: Record<string, JsonValue> = {};
  const customSources = new Map<string, ParamSource>();
  const notes: ParamNote[] = [];
  for (const layer of layers) {
    const level = liftCustomParams(layer.params, notes);
    Object.assign(custom, level.custom);
    for (const name of Object.keys(level.custom)) customSources.set(name, layer.source);
    for (const [name, value] of entriesOf(level.params)) {
      const mode = layer.modes[name] ?? "default";
      if (mode === "max" && typeof value === "number") lowerCap(caps, name, { value, source: layer.source });
      else put(slots, { name, value, source: layer.source, mode, notes });
    }
  }
  applyCaps(slots, caps, notes);
  const params: Record<string, unknown> = {};
  for (const [name, { value }] of slots) params[name] = value;
  if (Object.keys(custom).length > 0) params["custom_params"] = custom;
  return { params, origins: slots, caps, customSources, notes };
}

function put(
  slots: Map<ParamName, Slot>,
  next: { name: ParamName; value: unknown; source: ParamSource; mode: ParamMode; notes: ParamNote[] },
): void {
  const current = slots.get(next.name);
  if (current?.mode === "fixed") {
    if (next.source.kind === "request") {
      next.notes.push({ param: next.name, action: "dropped", reason: "the model fixes this parameter" });
    }
    return;
  }
  slots.set(next.name, { value: next.value, source: next.source, mode: next.mode });
}

function lowerCap(caps: Map<ParamName, ParamCap>, name: ParamName, cap: ParamCap): void {
  const current = caps.get(name);
  if (current === undefined || cap.value < current.value) caps.set(name, cap);
}

function applyCaps(
  slots: Map<ParamName, Slot>,
  caps: ReadonlyMap<ParamName, ParamCap>,
  notes: ParamNote[],
): void {
  for (const name of cappableParams) {
    const cap = caps.get(name);
    if (cap === undefined) continue;
    const slot = slots.get(name);
    // A limit on the answer's length must hold even when nobody asked for a length.
    if (slot === undefined && name !== "max_tokens") continue;
    if (slot !== undefined && typeof slot.value === "number" && slot.value <= cap.value) continue;
    if (slot?.source.kind === "request") {
      notes.push({ param: name, action: "clamped", reason: "the model limits this parameter" });
    }
    slots.set(name, { value: cap.value, source: cap.source, mode: "max" });
  }
}

/** Custom parameters that name a known quantity become that parameter; the typed field of the same level wins. */
function liftCustomParams(
  params: ModelParams,
  notes: ParamNote[],
): { readonly params: ModelParams; readonly custom: CustomParams } {
  if (params.custom_params === undefined) return { params, custom: {} };
  const { custom_params: custom, ...typed } = params;
  let lifted: ModelParams = {};
  const rest: Record<string, JsonValue> = {};
  const parsed = Object.entries(custom).map(
    ([name, raw]) => [name, parseJsonText(name, raw, notes)] as const,
  );
  for (const [name, value] of Object.entries(liftOptions(Object.fromEntries(parsed)))) {
    if (value === undefined) continue;
    const known = toKnownParam(name, value);
    if (known === undefined) {
      rest[name] = value;
      continue;
    }
    const read = parseParam(known.param, known.value);
    if (read.ok) lifted = { ...lifted, ...read.params };
    else notes.push({ param: name, action: "dropped", reason: read.message });
  }
  return { params: { ...lifted, ...typed }, custom: rest };
}

function parseJsonText(name: string, value: JsonValue, notes: ParamNote[]): JsonValue {
  if (typeof value !== "string" || !/^\s*[[{]/u.test(value)) return value;
  try {
    const parsed: JsonValue = JSON.parse(value);
    notes.push({ param: name, action: "converted", reason: "JSON text was parsed" });
    return parsed;
  } catch {
    return value;
  }
}

function entriesOf(params: ModelParams): [ParamName, unknown][] {
  // safe: ModelParams has no other keys, its schema is strict
  return (Object.entries(params) as [ParamName, unknown][]).filter(([, value]) => value !== undefined);
}
