import { isDomainError, reasoningEfforts, type JsonObject } from "@corral/core";
import { nearestEffort, type ReasoningEffort } from "./reasoning-family.ts";

/** What mends a refused parameter. */
export type Correction =
  | { readonly kind: "drop" }
  | { readonly kind: "rename"; readonly to: string }
  /** Another value, in place of the one that was refused. */
  | { readonly kind: "replace"; readonly value: string; readonly by: string };

export type Refusal = { readonly param: string; readonly correction: Correction };

/** In the words of OpenAI, Azure, Groq, Gemini, xAI, and of the validators that Mistral and others are built on. */
const patterns: readonly RegExp[] = [
  /(?:unsupported|unknown) (?:parameter|value)s?:? ['"`]?([\w.]+)/iu,
  /unrecognized request arguments? supplied: (\w+)/iu,
  /property ['"`](\w+)['"`] is unsupported/iu,
  /(?<![\w.])(?:body\.)?([\w.]+): extra (?:inputs|fields) (?:are )?not permitted/iu,
  /unknown name ['"`](\w+)['"`]/iu,
  /unexpected keyword argument ['"`](\w+)['"`]/iu,
  /does not support (?:the )?(?:parameter|argument)s?:? ?\[?['"`]?(\w+)/iu,
  /(?:parameter|argument)s? not supported (?:on|by|with|for) this model: ['"`]?(\w+)/iu,
  /(?:parameter|argument|field) ['"`](\w+)['"`] (?:is )?(?:not (?:supported|permitted|allowed)|unsupported|unknown)/iu,
  /['"`](\w+)['"`] is not supported (?:with|by|for|on) th(?:is|e) model/iu,
];

/** Without these a request would mean something else, so their refusal is the caller's to hear. */
const essential: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "prompt",
  "suffix",
  "stream",
  "tools",
  "tool_choice",
  "functions",
  "function_call",
  "response_format",
  "n",
  "modalities",
  "audio",
  "web_search_options",
  "data_sources",
]);

/** The parameter of `body` that an error says the server refuses, and what mends it; `undefined` for every other error. */
export function readRefusal(error: unknown, body: JsonObject): Refusal | undefined {
  if (!isDomainError(error) || error.code !== "upstream_rejected") return undefined;
  const { upstreamStatus: status, upstreamMessage: text = "", upstreamClass, param } = error.details ?? {};
  if (status !== 400 && status !== 422) return undefined;
  const named = patterns.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined);
  const name =
    named ?? (upstreamClass === "unsupported_param" && /unsupported/iu.test(text) ? param : undefined);
  const found = [name, name && toSnakeCase(name)].find(
    (field) => field !== undefined && isDroppable(field, body),
  );
  return found === undefined ? undefined : { param: found, correction: toCorrection(found, text, body) };
}

function isDroppable(name: string, body: JsonObject): boolean {
  return Object.hasOwn(body, name) && !essential.has(name);
}

function toCorrection(param: string, text: string, body: JsonObject): Correction {
  const to = /use ['"`](\w+)['"`] instead/iu.exec(text)?.[1];
  if (to !== undefined && !Object.hasOwn(body, to)) return { kind: "rename", to };
  const value = body[param];
  if (param !== "reasoning_effort" || !isEffort(value)) return { kind: "drop" };
  const by = nearestEffort(value, effortsIn(text));
  return by === undefined || by === value ? { kind: "drop" } : { kind: "replace", value, by };
}

/** The efforts that "Supported values are: 'low', 'medium', and 'high'." lists. */
function effortsIn(text: string): readonly ReasoningEffort[] {
  const listed = /supported values are:?(.*)/isu.exec(text)?.[1] ?? "";
  const words = new Set(listed.match(/\w+/gu));
  return reasoningEfforts.filter((effort) => words.has(effort));
}

function isEffort(value: unknown): value is ReasoningEffort {
  return (reasoningEfforts as readonly unknown[]).includes(value);
}

function toSnakeCase(name: string): string {
  return name
    .replace(/^body\./u, "")
    .replace(/\..*$/u, "")
    .replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
