import { invalidField } from "../error/invalid-field.ts";
import { DomainError } from "../error/domain-error.ts";
import type { JsonValue } from "../json.ts";
import { limits } from "../limits.ts";

/** Reads and writes YAML, which core itself knows nothing of. */
export interface YamlText {
  /** @throws DomainError `invalid_input` for anything that is not plain, bounded data. */
  parse(text: string): Promise<unknown>;
  stringify(value: JsonValue): Promise<string>;
}

export const documentFormats = ["json", "yaml"] as const;
export type DocumentFormat = (typeof documentFormats)[number];

/**
 * Reads JSON or YAML, whichever the text is, into plain JSON.
 *
 * @throws DomainError `invalid_input`, `payload_too_large`.
 */
export async function readDocumentText(text: string, yaml: YamlText): Promise<JsonValue> {
  // whatever else starts so is YAML's flow form, and is read as that when it is no JSON
  const value = /^[\s\uFEFF]*[[{]/u.test(text)
    ? (parseJson(text) ?? (await readYaml(text, yaml)))
    : await readYaml(text, yaml);
  assertPlain(value);
  return value;
}

/** @throws DomainError `payload_too_large` for YAML beyond what can be written without stopping everybody else. */
export async function writeDocumentText(
  value: JsonValue,
  format: DocumentFormat,
  yaml: YamlText,
): Promise<string> {
  const json = `${JSON.stringify(value, null, 2)}\n`;
  if (json.length > limits.importBodyBytes) {
    throw new DomainError(
      "payload_too_large",
      "The document is larger than what can be read again; leave the pictures out.",
    );
  }
  if (format === "json") return json;
  if (json.length <= limits.yamlBytes) return yaml.stringify(value);
  throw new DomainError(
    "payload_too_large",
    `As YAML a document may have ${limits.yamlBytes / 1024 / 1024} MiB; export it as JSON.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, ""));
  } catch (cause) {
    if (text.length <= limits.yamlBytes) return undefined;
    const position = /position (\d+)/u.exec(cause instanceof Error ? cause.message : "")?.[1];
    throw invalidField(
      ["text"],
      `The document is not valid JSON${position === undefined ? "" : `: unexpected character at position ${position}`}.`,
      { cause },
    );
  }
}

async function readYaml(text: string, yaml: YamlText): Promise<unknown> {
  if (text.length <= limits.yamlBytes) return yaml.parse(text);
  throw new DomainError(
    "payload_too_large",
    `YAML may have ${limits.yamlBytes / 1024 / 1024} MiB, this has more; send JSON.`,
  );
}

/** Bounded in depth, and without keys that reach a prototype. @throws DomainError `invalid_input`. */
export function assertPlain(value: unknown, depth = 0): asserts value is JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (typeof value !== "object")
    throw invalidField(["text"], "The document holds something that is no JSON value.");
  if (depth >= limits.jsonDepth) {
    throw invalidField(["text"], `The document is nested more than ${limits.jsonDepth} levels deep.`);
  }
  if (Array.isArray(value)) {
    for (const inner of value) assertPlain(inner, depth + 1);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__" || key === "constructor" || key === "prototype") {
      throw invalidField(["text"], `The document contains the forbidden key "${key}".`);
    }
    assertPlain(inner, depth + 1);
  }
}
