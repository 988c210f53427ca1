import type { JsonValue } from "../json.ts";
import type { ModelParams, ParamName } from "./model-params.ts";
import { modelParamsSchema } from "./model-params.ts";

/*
 * Names of one quantity are one parameter before anything is merged, fixed or capped: otherwise a `fixed` max_tokens
 * could be walked around by sending num_predict.
 */

type Alias = { readonly param: ParamName; readonly convert?: (value: JsonValue) => JsonValue };

const aliases: Readonly<Record<string, Alias>> = {
  max_completion_tokens: { param: "max_tokens" },
  max_output_tokens: { param: "max_tokens" },
  num_predict: { param: "max_tokens" },
  format: { param: "response_format", convert: toResponseFormat },
  think: { param: "reasoning_effort", convert: toReasoningEffort },
};

/** Other names of a parameter. */
export function aliasesOf(param: ParamName): readonly string[] {
  return Object.keys(aliases).filter((name) => aliases[name]?.param === param);
}

const shape: Readonly<Record<string, unknown>> = modelParamsSchema.shape;

/** The parameter that a name on the wire stands for, with the value in that parameter's form; `undefined` for a name of no parameter. */
export function toKnownParam(
  name: string,
  value: JsonValue,
): { readonly param: ParamName; readonly value: JsonValue } | undefined {
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (alias !== undefined) return { param: alias.param, value: alias.convert ? alias.convert(value) : value };
  if (!isParamName(name) || name === "custom_params" || name === "system") return undefined;
  return { param: name, value: name === "stop" && typeof value === "string" ? [value] : value };
}

/**
 * The fields with those of Ollama's `options` among them, where they name a parameter: otherwise a `fixed` num_ctx could
 * be walked around by sending it there. They beat fields of the same quantity; what names no parameter stays in `options`.
 */
export function liftOptions(
  fields: Readonly<Record<string, JsonValue | undefined>>,
): Readonly<Record<string, JsonValue | undefined>> {
  const { options, ...others } = fields;
  if (typeof options !== "object" || options === null || Array.isArray(options)) return fields;
  const lifted = new Map<ParamName, [string, JsonValue]>();
  const rest: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries<JsonValue>(options)) {
    const known = toKnownParam(name, value);
    if (known === undefined) rest[name] = value;
    // Below 1 it asks for no limit, which is what nobody's limit is.
    else if (value !== null && !(name === "num_predict" && typeof value === "number" && value < 1))
      lifted.set(known.param, [name, value]);
  }
  const kept = Object.entries(others).filter(([name, value]) => {
    const known = value === undefined ? undefined : toKnownParam(name, value);
    return known === undefined || !lifted.has(known.param);
  });
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(lifted.values()),
    ...(Object.keys(rest).length > 0 && { options: rest }),
  };
}

/** Reads one parameter by its schema. */
export function parseParam(
  param: ParamName,
  value: JsonValue,
): { readonly ok: true; readonly params: ModelParams } | { readonly ok: false; readonly message: string } {
  const parsed = modelParamsSchema.safeParse({ [param]: value });
  return parsed.success
    ? { ok: true, params: parsed.data }
    : { ok: false, message: parsed.error.issues[0]?.message ?? "has a wrong value" };
}

function isParamName(name: string): name is ParamName {
  return Object.hasOwn(shape, name);
}

function toResponseFormat(value: JsonValue): JsonValue {
  if (value === "json") return { type: "json_object" };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return "type" in value && value["type"] === "json_schema"
    ? value
    : { type: "json_schema", json_schema: { name: "response", schema: value } };
}

function toReasoningEffort(value: JsonValue): JsonValue {
  if (value === true) return "medium";
  return value === false ? "none" : value;
}
