import type { JsonObject, JsonValue, ModelParams, ParamName, ParamNote } from "@corral/core";
import type { OpenAIProfile } from "./openai-base-url.ts";
import { openaiFields, openaiParams, ownFields } from "./openai-param-table.ts";
import { nearestEffort, refusalOf, type ReasoningFamily } from "./reasoning-family.ts";

export type OpenAITarget = { readonly profile: OpenAIProfile; readonly family: ReasoningFamily | undefined };

/** Sequences that OpenAI accepts in `stop`. */
const maxStops = 4;

/** Converts merged params, and the further fields of a request. What is absent is not sent. */
export function toOpenAIParams(
  params: ModelParams,
  extensions: JsonObject | undefined,
  target: OpenAITarget,
): { readonly fields: JsonObject; readonly notes: readonly ParamNote[] } {
  const notes: ParamNote[] = [];
  const fields: Record<string, JsonValue> = {};
  for (const [name, value] of entriesOf(params)) {
    const kind = openaiParams[name].travels;
    const reason = kind === "handled" ? undefined : reasonToDrop(name, kind, { params, target });
    if (reason !== undefined) notes.push({ param: name, action: "dropped", reason });
    else if (kind !== "handled") fields[name] = value;
  }
  addMaxTokens(params.max_tokens, target, { fields, notes });
  addStop(params.stop, target, { fields, notes });
  addEffort(params.reasoning_effort, target, { fields, notes });
  addUntyped({ ...params.custom_params, ...extensions }, target, { fields, notes });
  return { fields, notes };
}

type Draft = { readonly fields: Record<string, JsonValue>; readonly notes: ParamNote[] };

function reasonToDrop(
  name: ParamName,
  kind: "standard" | "extension",
  { params, target }: { readonly params: ModelParams; readonly target: OpenAITarget },
): string | undefined {
  if (kind === "extension") return target.profile === "openai" ? "OpenAI has no such parameter" : undefined;
  return target.family === undefined ? undefined : refusalOf(name, target.family, params.reasoning_effort);
}

/** `max_tokens` does not count reasoning, so OpenAI gave it up; most compatible servers know nothing else. */
function addMaxTokens(
  value: number | undefined,
  { profile, family }: OpenAITarget,
  { fields, notes }: Draft,
): void {
  if (value === undefined) return;
  if (profile === "compatible" && family === undefined) {
    fields["max_tokens"] = value;
    return;
  }
  fields["max_completion_tokens"] = value;
  notes.push({
    param: "max_tokens",
    action: "renamed",
    to: "max_completion_tokens",
    reason: "OpenAI's present name for it",
  });
}

function addStop(
  stop: readonly string[] | undefined,
  { profile, family }: OpenAITarget,
  { fields, notes }: Draft,
): void {
  if (stop === undefined || stop.length === 0) return;
  const refusal = family === undefined ? undefined : refusalOf("stop", family, undefined);
  if (refusal !== undefined) {
    notes.push({ param: "stop", action: "dropped", reason: refusal });
    return;
  }
  const isTooLong = profile === "openai" && stop.length > maxStops;
  fields["stop"] = isTooLong ? stop.slice(0, maxStops) : stop;
  if (isTooLong)
    notes.push({ param: "stop", action: "clamped", to: "the first 4", reason: "OpenAI takes at most 4" });
}

function addEffort(
  effort: ModelParams["reasoning_effort"],
  { profile, family }: OpenAITarget,
  { fields, notes }: Draft,
): void {
  if (effort === undefined) return;
  if (family === undefined) {
    if (profile === "compatible") fields["reasoning_effort"] = effort;
    else notes.push({ param: "reasoning_effort", action: "dropped", reason: "the model does not reason" });
    return;
  }
  const nearest = nearestEffort[family][effort];
  fields["reasoning_effort"] = nearest;
  if (nearest !== effort) {
    notes.push({
      param: "reasoning_effort",
      action: "clamped",
      to: nearest,
      reason: "the nearest that the model accepts",
    });
  }
}

/** What came without a type: custom params of a record, and fields of a request that Corral does not model. */
function addUntyped(values: JsonObject, { profile }: OpenAITarget, { fields, notes }: Draft): void {
  for (const [name, value] of Object.entries(values)) {
    if (ownFields.has(name)) notes.push({ param: name, action: "dropped", reason: "Corral sets it itself" });
    else if (profile === "compatible" || openaiFields.has(name)) fields[name] = value;
    else notes.push({ param: name, action: "dropped", reason: "OpenAI has no such parameter" });
  }
}

function entriesOf(params: ModelParams): [ParamName, JsonValue][] {
  // safe: ModelParams has no other keys, its values are JSON, and undefined is filtered out
  return Object.entries(params).filter(([, value]) => value !== undefined) as [ParamName, JsonValue][];
}
