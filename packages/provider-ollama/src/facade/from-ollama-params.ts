import {
  callParamShape,
  DomainError,
  limits,
  parseParam,
  type CallParams,
  type JsonObject,
  type JsonValue,
  type ParamNote,
  type ParamName,
} from "@corral/core";
import { z } from "zod";
import { ollamaOptionShapes } from "../ollama-param-table.ts";
import { wrongField } from "../check-ollama-option.ts";
import type { OllamaAnswerFields, OllamaCallFields } from "./ollama-bodies.ts";

export type FromOllamaParams = {
  readonly params: CallParams;
  /** What has no place among the params but is meant for Ollama: `truncate`, `shift`. */
  readonly extensions: JsonObject;
  readonly notes: readonly ParamNote[];
};

/**
 * Converts what an Ollama request says of how to answer: `options`, `keep_alive`, `format`, `think`, `truncate`, `shift`.
 *
 * @throws DomainError `invalid_input` in Ollama's words for wrong types and values
 */
export function fromOllamaParams(body: Partial<OllamaAnswerFields> & OllamaCallFields): FromOllamaParams {
  const notes: ParamNote[] = [];
  const { format, think, truncate, shift } = body;
  return {
    params: {
      ...fromOptions(body.options ?? {}, notes),
      ...toParam("keep_alive", toKeepAlive(body.keep_alive)),
      ...toParam("response_format", toResponseFormat(format)),
      ...toParam("reasoning_effort", toEffort(think)),
    },
    extensions: {
      ...(typeof truncate === "boolean" && { truncate }),
      ...(typeof shift === "boolean" && { shift }),
    },
    notes,
  };
}

/** Unknown options are dropped, as Ollama does, but not in silence. */
function fromOptions(options: JsonObject, notes: ParamNote[]): CallParams {
  let params: CallParams = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === null) continue;
    const param = name === "num_predict" ? "max_tokens" : name;
    if (!Object.hasOwn(ollamaOptionShapes, name) || !isCallParam(param)) {
      notes.push({ param: name, action: "dropped", reason: "no such option" });
      continue;
    }
    const typed = toTyped(name as keyof typeof ollamaOptionShapes, value); // safe: an own key
    const allowed = toAllowed(param, typed, notes);
    if (allowed !== undefined) params = { ...params, ...toParam(param, allowed) };
  }
  return params;
}

/** Ollama's own check. It cuts a fraction off where it wants an integer. */
function toTyped(name: keyof typeof ollamaOptionShapes, value: JsonValue): JsonValue {
  const shape = ollamaOptionShapes[name];
  const inner = shape instanceof z.ZodOptional ? shape.unwrap() : shape;
  if (inner instanceof z.ZodArray) {
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw wrongType(name, Array.isArray(value) ? "an array of strings" : "array");
  }
  if (inner instanceof z.ZodBoolean) {
    if (typeof value === "boolean") return value;
    throw wrongType(name, "boolean");
  }
  const isInteger = inner.format === "safeint";
  if (typeof value !== "number") throw wrongType(name, isInteger ? "integer" : "float32");
  return isInteger ? Math.trunc(value) : value;
}

/** Corral's bounds are those of all its providers; a value beyond is brought to the nearest. */
function toAllowed(param: keyof CallParams, value: JsonValue, notes: ParamNote[]): JsonValue | undefined {
  if (param === "stop" && Array.isArray(value)) {
    const kept = value.filter((mark) => mark !== "").slice(0, limits.stopCount);
    if (kept.length < value.length)
      notes.push({ param, action: "clamped", reason: `at most ${limits.stopCount} texts, none empty` });
    return kept.length === 0 ? undefined : kept;
  }
  if (typeof value !== "number") return value;
  // Below 1 there is no limit: -1 and -2 mean so, and 0 does on most paths.
  if (param === "max_tokens" && value < 1) return undefined;
  const schema: unknown = callParamShape[param].unwrap();
  if (!(schema instanceof z.ZodNumber)) return value;
  const near = Math.min(schema.maxValue ?? Infinity, Math.max(schema.minValue ?? -Infinity, value));
  if (near !== value) notes.push({ param, action: "clamped", to: String(near), reason: "out of range" });
  return near;
}

function toKeepAlive(value: OllamaCallFields["keep_alive"]): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return Number.isInteger(value) ? value : `${value.toFixed(3)}s`;
  // What Go reads besides: a sign, and a zero without unit.
  const plain = value.replace(/^\+/u, "");
  return /^-?0$/u.test(plain) ? 0 : plain;
}

function toResponseFormat(format: OllamaAnswerFields["format"] | undefined): JsonValue | undefined {
  if (format === undefined || format === null || format === "") return undefined;
  if (format === "json") return { type: "json_object" };
  if (typeof format === "object" && !Array.isArray(format))
    return { type: "json_schema", json_schema: { name: "response", schema: format, strict: false } };
  throw new DomainError(
    "invalid_input",
    `invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`,
    { details: { param: "format" } },
  );
}

function toEffort(think: OllamaAnswerFields["think"] | undefined): JsonValue | undefined {
  if (think === undefined || think === null) return undefined;
  if (typeof think === "boolean") return think ? "medium" : "none";
  if (["high", "medium", "low", "max"].includes(think)) return think;
  throw new DomainError(
    "invalid_input",
    `invalid think value: ${JSON.stringify(think)} (must be "high", "medium", "low", "max", true, or false)`,
    { details: { param: "think" } },
  );
}

function toParam(name: ParamName, value: JsonValue | undefined): CallParams {
  if (value === undefined) return {};
  const parsed = parseParam(name, value);
  if (parsed.ok) return parsed.params;
  throw wrongField([name], parsed.message);
}

function isCallParam(name: string): name is keyof CallParams & ParamName {
  return Object.hasOwn(callParamShape, name);
}

function wrongType(name: string, type: string): DomainError {
  const of = type.startsWith("an ") ? `of ${type}` : `of type ${type}`;
  return new DomainError("invalid_input", `option "${name}" must be ${of}`, {
    details: { param: `options.${name}`, issues: [{ path: ["options", name], message: `must be ${of}` }] },
  });
}
