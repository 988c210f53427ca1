import {
  DomainError,
  parseParam,
  toKnownParam,
  type JsonObject,
  type JsonValue,
  type ModelFacts,
  type ModelParams,
  type ParamName,
  type ParamNote,
} from "@corral/core";
import { asObject } from "@corral/provider-kit";
import { assertKeepAlive, assertOllamaOption, wrongField } from "./check-ollama-option.ts";
import { ollamaFields, ollamaOptionRows, ollamaParams, type OllamaParamRow } from "./ollama-param-table.ts";
import { can, whyNot, type OllamaServer } from "./ollama-server.ts";
import { isAtLeast, parseOllamaVersion } from "./ollama-version.ts";
import { toOllamaFormat } from "./to-ollama-format.ts";
import { toOllamaThink } from "./to-ollama-think.ts";

export type OllamaParams = {
  /** Fields of the request: `options`, `format`, `think`, `keep_alive`, `truncate`, `shift`. */
  readonly fields: JsonObject;
  readonly notes: readonly ParamNote[];
};

export type ParamContext = {
  readonly extensions: JsonObject | undefined;
  readonly facts: ModelFacts | undefined;
  readonly server: OllamaServer;
};

type Target = ParamContext & {
  readonly options: Record<string, JsonValue>;
  readonly fields: Record<string, JsonValue>;
  readonly notes: ParamNote[];
};

/**
 * Converts merged params, and the further fields of a request, to Ollama's names. What is absent is not sent, so the
 * model's own defaults apply.
 *
 * @throws DomainError `invalid_input` for values of a wrong type, `unsupported_feature` for what would give a wrong answer.
 */
export function toOllamaParams(params: ModelParams, context: ParamContext): OllamaParams {
  const target: Target = { ...context, options: {}, fields: {}, notes: [] };
  for (const [name, value] of presentOf(params)) {
    // safe: ModelParams has no other keys; what an untyped caller adds is no row of the table
    if (Object.hasOwn(ollamaParams, name)) addParam(name as ParamName, value, target);
    else addField(name, value, target);
  }
  const given = new Set(presentOf(params).map(([name]) => name));
  // Of two names of one quantity, OpenAI's newer one counts.
  const { max_completion_tokens: newer = null, ...untyped } = {
    ...params.custom_params,
    ...context.extensions,
  };
  for (const [name, value] of presentOf({ max_completion_tokens: newer, ...untyped })) {
    if (name !== "options") addUntyped(name, value, { given, target });
  }
  // Last, because they beat the named ones.
  for (const fields of [params.custom_params, context.extensions]) addOptions(fields?.["options"], target);
  if (Object.keys(target.options).length > 0) target.fields["options"] = target.options;
  return { fields: target.fields, notes: target.notes };
}

function addParam(name: ParamName, value: JsonValue, target: Target): void {
  const { fields, notes, facts, server } = target;
  if (name === "response_format") {
    const { format, note } = toOllamaFormat(value, server);
    if (format !== undefined) fields["format"] = format;
    if (note !== undefined) notes.push(note);
  } else if (name === "reasoning_effort") {
    const parsed = parseParam(name, value);
    if (!parsed.ok) throw wrongField([name], parsed.message);
    const { reasoning_effort: effort } = parsed.params;
    if (effort === undefined) return;
    const { think, note } = toOllamaThink(effort, facts, server);
    if (think !== undefined) fields["think"] = think;
    notes.push(note);
  } else addRow({ name, value, row: ollamaParams[name] }, target);
}

/** What came without a type: custom params of a record, and fields of an OpenAI request that Corral does not model. */
function addUntyped(
  name: string,
  value: JsonValue,
  { given, target }: { readonly given: Set<string>; readonly target: Target },
): void {
  const known = toKnownParam(name, value);
  if (known === undefined) addField(name, value, target);
  else if (given.has(known.param)) {
    target.notes.push({ param: name, action: "dropped", reason: `${known.param} is given already` });
  } else {
    given.add(known.param);
    addParam(known.param, known.value, target);
  }
}

function addField(name: string, value: JsonValue, target: Target): void {
  if (name === "modalities" && Array.isArray(value) && value.includes("audio"))
    throw refused(name, ollamaFields.audio.to.refused);
  const row = Object.hasOwn(ollamaFields, name) ? ollamaFields[name as keyof typeof ollamaFields] : noSuchRow; // safe: an own key
  addRow({ name, value, row }, target);
}

const noSuchRow: OllamaParamRow = { to: { dropped: "Ollama has no such parameter" }, range: "" };

/** What the row of the table says. */
function addRow(
  { name, value, row }: { readonly name: string; readonly value: JsonValue; readonly row: OllamaParamRow },
  target: Target,
): void {
  const { fields, notes } = target;
  const { to } = row;
  if ("refused" in to) throw refused(name, to.refused);
  const missing = whyMissing(row, target.server);
  const reason = "dropped" in to ? to.dropped : missing;
  if (reason !== undefined) notes.push({ param: name, action: "dropped", reason });
  else if ("field" in to) {
    if (to.field === "keep_alive") assertKeepAlive(value, [name]);
    else if (typeof value !== "boolean") throw wrongField([name], "must be true or false");
    fields[to.field] = value;
  } else if ("option" in to) {
    addOption({ option: to.option, value, path: [name] }, target);
    if (to.option !== name)
      notes.push({ param: name, action: "renamed", to: to.option, reason: "Ollama's name for it" });
  }
}

function addOptions(given: JsonValue | undefined, target: Target): void {
  if (given === undefined || given === null) return;
  const options = asObject(given);
  if (options === undefined) throw wrongField(["options"], "must be an object");
  for (const [name, value] of presentOf(options)) {
    const row = ollamaOptionRows.get(name);
    const reason = row === undefined ? "Ollama has no such option" : whyMissing(row, target.server);
    if (reason !== undefined) target.notes.push({ param: name, action: "dropped", reason });
    else addOption({ option: name, value, path: ["options", name] }, target);
  }
}

function addOption(
  {
    option,
    value,
    path,
  }: { readonly option: string; readonly value: JsonValue; readonly path: [string, ...string[]] },
  { options, notes }: Target,
): void {
  // Ollama wants a list; an empty one would undo the model's own.
  if (option === "stop" && path.length === 1 && typeof value === "string") {
    options[option] = [value];
    notes.push({ param: path[0], action: "converted", to: "stop: a list", reason: "Ollama wants a list" });
  } else if (option !== "stop" || !Array.isArray(value) || value.length > 0) {
    assertOllamaOption(option, value, path);
    options[option] = value;
  }
}

function whyMissing({ since, until }: OllamaParamRow, server: OllamaServer): string | undefined {
  if (since !== undefined && !can(server, since)) return whyNot(server, since);
  if (until === undefined || server.version === undefined) return undefined;
  const last = parseOllamaVersion(until);
  const isGone =
    last !== undefined && isAtLeast(server.version, `${last.major}.${last.minor}.${last.patch + 1}`);
  return isGone ? `Ollama has not known it since after ${until}` : undefined;
}

function refused(name: string, reason: string): DomainError {
  return new DomainError(
    "unsupported_feature",
    `Ollama cannot do what "${name}" asks for (${reason}); leave it out.`,
    {
      details: { param: name },
    },
  );
}

/** `null` counts as absent, as it does for Ollama. */
function presentOf(values: JsonObject | ModelParams): [string, JsonValue][] {
  // safe: the values are JSON, and what JSON cannot say is filtered out
  return (Object.entries(values) as [string, JsonValue | null | undefined][]).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined && entry[1] !== null,
  );
}
