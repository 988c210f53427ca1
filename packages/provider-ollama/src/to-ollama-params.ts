import {
  DomainError,
  type JsonObject,
  type JsonValue,
  type ModelFacts,
  type ModelParams,
  type ParamName,
  type ParamNote,
} from "@corral/core";
import { asObject } from "@corral/provider-kit";
import { ollamaOptionsSchema, ollamaParams } from "./ollama-param-table.ts";

export type OllamaParams = {
  /** Fields of the request: `options`, `format`, `think`, `keep_alive`, `truncate`, `shift`. */
  readonly fields: JsonObject;
  readonly notes: readonly ParamNote[];
};

/**
 * Converts merged params, and the further fields of a request, to Ollama's names. What is absent is not sent, so the
 * model's own defaults apply.
 *
 * @throws DomainError `invalid_input` for options of a wrong type, `unsupported_feature` for what would give a wrong answer.
 */
export function toOllamaParams(
  params: ModelParams,
  context: { readonly extensions: JsonObject | undefined; readonly facts: ModelFacts | undefined },
): OllamaParams {
  const notes: ParamNote[] = [];
  const options: Record<string, JsonValue> = {};
  const fields: Record<string, JsonValue> = {};
  for (const [name, value] of entriesOf(params)) {
    const destination = ollamaParams[name];
    if ("field" in destination) fields[destination.field] = value;
    else if ("option" in destination) {
      options[destination.option] = value;
      if (destination.option !== name)
        notes.push({
          param: name,
          action: "renamed",
          to: destination.option,
          reason: "Ollama's name for it",
        });
    } else if ("unsupported" in destination) {
      notes.push({ param: name, action: "dropped", reason: destination.unsupported });
    }
  }
  addFormat(params.response_format, fields, notes);
  addThink(params.reasoning_effort, { facts: context.facts, fields, notes });
  addUntyped({ ...params.custom_params, ...context.extensions }, { options, fields, notes });
  if (Object.keys(options).length > 0) fields["options"] = options;
  return { fields, notes };
}

function addFormat(
  format: ModelParams["response_format"],
  fields: Record<string, JsonValue>,
  notes: ParamNote[],
): void {
  if (format === undefined || format.type === "text") return;
  fields["format"] = format.type === "json_object" ? "json" : format.json_schema.schema;
  const to = format.type === "json_object" ? "format: json" : "format";
  notes.push({ param: "response_format", action: "converted", to, reason: "Ollama takes the bare schema" });
}

type ThinkTarget = {
  readonly facts: ModelFacts | undefined;
  readonly fields: Record<string, JsonValue>;
  readonly notes: ParamNote[];
};

/** `think: true` for a model that cannot think is an error at Ollama; levels exist for gpt-oss alone. */
function addThink(effort: ModelParams["reasoning_effort"], { facts, fields, notes }: ThinkTarget): void {
  if (effort === undefined) return;
  const param = "reasoning_effort";
  if (facts?.capabilities !== undefined && !facts.capabilities.includes("thinking")) {
    notes.push({ param, action: "dropped", reason: "the model does not think" });
    return;
  }
  const hasLevels = /^gpt-?oss$/iu.test(facts?.family ?? "");
  const think = hasLevels ? thinkLevels[effort] : effort !== "none";
  fields["think"] = think;
  notes.push({
    param,
    action: hasLevels && think !== effort ? "clamped" : "converted",
    to: `think: ${think}`,
    reason: hasLevels ? "the model knows low, medium and high" : "Ollama switches thinking on or off",
  });
}

const thinkLevels = {
  none: "low",
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "high",
  max: "high",
} as const;

type UntypedTarget = {
  readonly options: Record<string, JsonValue>;
  readonly fields: Record<string, JsonValue>;
  readonly notes: ParamNote[];
};

/** What came without a type: custom params of a record, and fields of an OpenAI request that Corral does not model. */
function addUntyped(values: JsonObject, { options, fields, notes }: UntypedTarget): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null) continue;
    if (name === "options") Object.assign(options, parseOptions(asObject(value) ?? {}, ["options"], notes));
    else if (name === "repetition_penalty") {
      Object.assign(options, parseOptions({ repeat_penalty: value }, [], notes));
      notes.push({ param: name, action: "renamed", to: "repeat_penalty", reason: "Ollama's name for it" });
    } else if ((name === "truncate" || name === "shift") && typeof value === "boolean") fields[name] = value;
    else if (wouldMislead(name, value)) {
      throw new DomainError(
        "unsupported_feature",
        `Ollama cannot do what "${name}" asks for; leave it out.`,
        {
          details: { param: name },
        },
      );
    } else notes.push({ param: name, action: "dropped", reason: "Ollama has no such parameter" });
  }
}

/** Dropping these would not weaken the answer but make it another one. */
function wouldMislead(name: string, value: JsonValue): boolean {
  if (name === "modalities") return Array.isArray(value) && value.includes("audio");
  return name === "audio" || name === "web_search_options";
}

function parseOptions(values: JsonObject, path: readonly string[], notes: ParamNote[]): JsonObject {
  const known: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(ollamaOptionsSchema.shape, name)) known[name] = value;
    else notes.push({ param: name, action: "dropped", reason: "Ollama has no such option" });
  }
  const parsed = ollamaOptionsSchema.safeParse(known);
  if (parsed.success) return known;
  throw new DomainError("invalid_input", "Some of Ollama's options have a wrong type.", {
    details: {
      issues: parsed.error.issues.map((issue) => ({
        path: [...path, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))],
        message: issue.message,
      })),
    },
  });
}

function entriesOf(params: ModelParams): [ParamName, JsonValue][] {
  // safe: ModelParams has no other keys, its values are JSON, and undefined is filtered out
  return Object.entries(params).filter(([, value]) => value !== undefined) as [ParamName, JsonValue][];
}
