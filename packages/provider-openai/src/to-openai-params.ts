import type { JsonObject, JsonValue, ModelFacts, ModelParams, ParamName, ParamNote } from "@corral/core";
import { openaiParams, ownFields } from "./openai-param-table.ts";
import { nearestEffort, refusalOf, type ReasoningFamily } from "./reasoning-family.ts";
import type { Quirks } from "./servers/quirks.ts";

/** Whom a request is for. */
export type OpenAITarget = {
  readonly quirks: Quirks;
  /** The model by a name that tells what it is. */
  readonly model: string;
  readonly family: ReasoningFamily | undefined;
  readonly facts?: ModelFacts | undefined;
};

/** A body in the making. */
export type Draft = { readonly fields: Record<string, JsonValue>; readonly notes: ParamNote[] };

/** Converts merged params, and the further fields of a request. What is absent is not sent. */
export function toOpenAIParams(
  params: ModelParams,
  extensions: JsonObject | undefined,
  target: OpenAITarget,
): Draft {
  const draft: Draft = { fields: {}, notes: [] };
  for (const [name, value] of entriesOf(params)) {
    if (openaiParams[name].travels !== "handled") addParam({ name, value, params }, target, draft);
  }
  addMaxTokens(params.max_tokens, target, draft);
  addStop(params.stop, target, draft);
  addEffort(params.reasoning_effort, target, draft);
  addUntyped({ ...params.custom_params, ...extensions }, target, draft);
  return draft;
}

/** Why a server or a model would not take a parameter; `undefined` when it would. */
export function reasonToDrop(
  param: string,
  { quirks, model, family }: OpenAITarget,
  effort: ModelParams["reasoning_effort"],
): string | undefined {
  const dropped = Object.hasOwn(quirks.drops, param) ? quirks.drops[param] : undefined;
  return (
    dropped ??
    quirks.dropsFor.find((rule) => rule.params.includes(param) && rule.models.test(model))?.reason ??
    (family && refusalOf(param, family, effort))
  );
}

function addParam(
  {
    name,
    value,
    params,
  }: { readonly name: ParamName; readonly value: JsonValue; readonly params: ModelParams },
  target: OpenAITarget,
  { fields, notes }: Draft,
): void {
  const { quirks } = target;
  const isForeign =
    openaiParams[name].travels === "extension" &&
    quirks.extensions !== "any" &&
    !quirks.extensions.includes(name);
  const reason = isForeign
    ? `${quirks.label} has no such parameter`
    : reasonToDrop(name, target, params.reasoning_effort);
  if (reason !== undefined) {
    notes.push({ param: name, action: "dropped", reason });
    return;
  }
  const to = Object.hasOwn(quirks.renames, name) ? quirks.renames[name] : undefined;
  fields[to ?? name] = clamped(name, value, { quirks, notes });
  if (to !== undefined)
    notes.push({ param: name, action: "renamed", to, reason: `${quirks.label}'s name for it` });
}

function clamped(
  param: ParamName,
  value: JsonValue,
  { quirks, notes }: { readonly quirks: Quirks; readonly notes: ParamNote[] },
): JsonValue {
  const range = Object.hasOwn(quirks.clamps, param) ? quirks.clamps[param] : undefined;
  if (range === undefined || typeof value !== "number") return value;
  const { min = -Infinity, max = Infinity } = range;
  const nearest = Math.min(Math.max(value, min), max);
  if (nearest !== value) {
    const bound = nearest > value ? `at least ${nearest}` : `at most ${nearest}`;
    notes.push({
      param,
      action: "clamped",
      to: String(nearest),
      reason: `${quirks.label} takes ${bound}`,
    });
  }
  return nearest;
}

/** `max_tokens` does not count reasoning, so OpenAI gave it up; most compatible servers know nothing else. */
function addMaxTokens(
  value: number | undefined,
  { quirks, family }: OpenAITarget,
  { fields, notes }: Draft,
): void {
  if (value === undefined) return;
  const to = family === undefined ? quirks.maxTokens : "max_completion_tokens";
  fields[to] = value;
  if (to !== "max_tokens")
    notes.push({ param: "max_tokens", action: "renamed", to, reason: "the present name for it" });
}

function addStop(stop: readonly string[] | undefined, target: OpenAITarget, { fields, notes }: Draft): void {
  if (stop === undefined || stop.length === 0) return;
  const reason = reasonToDrop("stop", target, undefined);
  if (reason !== undefined) {
    notes.push({ param: "stop", action: "dropped", reason });
    return;
  }
  const { label, maxStops = stop.length } = target.quirks;
  fields["stop"] = stop.slice(0, maxStops);
  if (stop.length > maxStops) {
    const to = `the first ${maxStops}`;
    notes.push({ param: "stop", action: "clamped", to, reason: `${label} takes at most ${maxStops}` });
  }
}

function addEffort(
  effort: ModelParams["reasoning_effort"],
  target: OpenAITarget,
  { fields, notes }: Draft,
): void {
  if (effort === undefined) return;
  const { quirks, family, facts } = target;
  const param = "reasoning_effort";
  const nearest = family === undefined ? effort : nearestEffort(effort, family.efforts);
  const doesNotReason =
    family === undefined && (quirks.families === "all" || facts?.lacks?.includes("thinking"));
  const reason =
    reasonToDrop(param, target, effort) ??
    (doesNotReason === true || nearest === undefined ? "the model does not reason by effort" : undefined);
  if (reason !== undefined || nearest === undefined) {
    notes.push({ param, action: "dropped", reason: reason ?? "" });
  } else if (quirks.effort === "thinking-type") {
    const type = nearest === "none" ? "disabled" : "enabled";
    fields["thinking"] = { type };
    notes.push({
      param,
      action: "converted",
      to: `thinking ${type}`,
      reason: `${quirks.label} knows no efforts`,
    });
  } else {
    fields[param] = nearest;
    if (nearest !== effort)
      notes.push({ param, action: "clamped", to: nearest, reason: "the nearest that the model accepts" });
  }
}

/** What came without a type: custom params of a record, and fields of a request that Corral does not model. */
function addUntyped(values: JsonObject, target: OpenAITarget, { fields, notes }: Draft): void {
  const { quirks } = target;
  for (const [name, value] of Object.entries(values)) {
    const reason = ownFields.has(name)
      ? "Corral sets it itself"
      : quirks.fields !== "any" && !quirks.fields.has(name)
        ? `${quirks.label} has no such parameter`
        : reasonToDrop(name, target, undefined);
    if (reason === undefined) fields[name] = value;
    else notes.push({ param: name, action: "dropped", reason });
  }
}

function entriesOf(params: ModelParams): [ParamName, JsonValue][] {
  // safe: ModelParams has no other keys, its values are JSON, and undefined is filtered out
  return Object.entries(params).filter(([, value]) => value !== undefined) as [ParamName, JsonValue][];
}
