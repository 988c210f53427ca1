import type { Pace } from "../reply/pace.ts";
import type { ReplyFunction } from "../reply/reply.ts";
import { bodyOf, type SimulatedRequest } from "../server/simulated-request.ts";
import { isJsonObject, type JsonObject, toText } from "../server/json-object.ts";
import type { Slots } from "../server/slots.ts";
import { parseGoDuration, quoted } from "./go-text.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { toCanonicalName } from "./model-name.ts";
import type { InstalledModel, OllamaModels } from "./ollama-models.ts";
import { ollamaError } from "./ollama-wire.ts";
import type { Registry } from "./registry.ts";

/** How fast a simulated Ollama is; everything in milliseconds. */
export type OllamaPace = Pace & {
  /** Silence while a model is loaded into memory. */
  loadMs: number;
  /** Between two progress lines of a pull or push. */
  pullMs: number;
};

/** All that the routes of one simulated Ollama share. */
export type OllamaState = {
  version: string;
  models: OllamaModels;
  loaded: LoadedModels;
  registry: Registry;
  pace: OllamaPace;
  reply: ReplyFunction;
  slots: Slots;
  keepAliveMs: number;
  cloud: CloudSwitch;
};

/** Whether models of ollama.com may be used, and where that was set. */
export type CloudSwitch = { disabled: boolean; source: "none" | "env" | "config" | "both" };

/** The request's JSON object, refused the way Go's decoder would. */
export function readObject(request: SimulatedRequest): JsonObject {
  if (request.bytes.length === 0) throw ollamaError(400, "missing request body");
  if (request.jsonError !== undefined) throw ollamaError(400, goSyntaxError(toText(request.body)));
  if (!isJsonObject(request.body)) {
    throw ollamaError(400, "json: cannot unmarshal array into Go value of type api.Request");
  }
  return bodyOf(request);
}

/** Refuses a member of the wrong JSON type as Go would. */
export function checkMember(
  body: JsonObject,
  name: string,
  expected: "string" | "bool" | "[]" | "map",
): void {
  const value = body[name];
  if (value === undefined || value === null) return;
  const given = Array.isArray(value) ? "[]" : goKinds[typeof value];
  if (given === expected) return;
  const shown = given === "[]" ? "array" : given === "map" ? "object" : given;
  throw ollamaError(400, `json: cannot unmarshal ${shown} into Go struct field .${name} of type ${expected}`);
}

const goKinds: { [type: string]: string } = {
  string: "string",
  boolean: "bool",
  number: "number",
  object: "map",
};

/** The installed model a request names, by `model` or the older `name`. */
export function resolveModel(
  { models }: OllamaState,
  body: JsonObject,
  toMessage: (name: string) => string = (name) => `model '${name}' not found`,
): { name: string; model: InstalledModel } {
  checkMember(body, "model", "string");
  const name = toText(body["model"]) || toText(body["name"]);
  if (name === "") throw ollamaError(400, "model is required");
  if (toCanonicalName(name) === undefined) throw ollamaError(400, "invalid model name");
  const model = models.find(name);
  if (!model) throw ollamaError(404, toMessage(name));
  return { name, model };
}

/** `keep_alive` in milliseconds: a number means seconds, text a Go duration, below zero for ever. */
export function readKeepAlive(body: JsonObject, defaultMs: number): number {
  const value = body["keep_alive"];
  if (typeof value === "number") return value * 1000;
  if (value === undefined || value === null) return defaultMs;
  if (typeof value !== "string") throw ollamaError(400, `Unsupported type: ${quoted(typeof value)}`);
  const duration = parseGoDuration(value);
  if ("error" in duration) throw ollamaError(400, duration.error);
  return duration.ms;
}

function goSyntaxError(text: string): string {
  const start = text.trimStart();
  const first = start.charAt(0);
  if (first === "" || "{[".includes(first) || first === '"') return "unexpected EOF";
  return `invalid character '${first}' looking for beginning of value`;
}
