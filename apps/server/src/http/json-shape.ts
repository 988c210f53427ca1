import { DomainError } from "@corral/core";
import { parse } from "secure-json-parse";

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Refuses JSON that is nested deeper than `maxDepth`, before it is parsed: a few kilobytes of brackets parse well and
 * then overflow the stack of whatever walks the result.
 *
 * @throws DomainError `invalid_input`.
 */
function assertJsonDepth(text: string, maxDepth: number): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) depth -= 1;
    if (depth > maxDepth) {
      throw new DomainError("invalid_input", `The JSON is nested more than ${maxDepth} levels deep.`);
    }
  }
}

/** An escape by which NUL or half of a character may come; almost no text has one, so almost none is walked. */
const suspicious = /\\u(?:0000|d[89a-f])/iu;

/**
 * Refuses what no database can store: NUL, and halves of characters.
 *
 * @param text The JSON that `value` was parsed from.
 * @throws DomainError `invalid_input`.
 */
export function assertStorable(text: string, value: unknown): void {
  if (suspicious.test(text)) assertStorableValue(value);
}

/** {@link assertStorable} of what came as no JSON, such as the parts of an address. */
export function assertStorableValue(value: unknown): void {
  const path = findUnstorable(value);
  if (path === undefined) return;
  const message = "must not contain NUL or half of a surrogate pair";
  const where = path.length === 0 ? "The text" : `${path.join(".")}:`;
  throw new DomainError("invalid_input", `${where} ${message}.`, {
    details: { issues: [{ path, message }] },
  });
}

/** Where the first text stands that cannot be stored. */
function findUnstorable(value: unknown): readonly (string | number)[] | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : [];
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    // a name that is itself unfit is not repeated
    const path = isStorable(key) ? findUnstorable(inner) : [];
    if (path !== undefined) return isStorable(key) ? [toStep(value, key), ...path] : [];
  }
  return undefined;
}

function toStep(within: object, key: string): string | number {
  return Array.isArray(within) ? Number(key) : key;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

/** Parses a request body. Keys that could reach a prototype are refused. @throws DomainError `invalid_input`. */
export function parseJsonBody(text: string, maxDepth: number): unknown {
  assertJsonDepth(text, maxDepth);
  try {
    return parse(text, { protoAction: "error", constructorAction: "error" });
  } catch (cause) {
    throw new DomainError("invalid_input", `The body is not valid JSON: ${messageOf(cause)}.`, { cause });
  }
}

/** {@link parseJsonBody} for what may be stored. @throws DomainError `invalid_input`. */
export function parseStorableBody(text: string, maxDepth: number): unknown {
  const value = parseJsonBody(text, maxDepth);
  assertStorable(text, value);
  return value;
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function messageOf(cause: unknown): string {
  // the parser quotes a piece of the body in its message; the position is enough
  const message = cause instanceof Error ? cause.message : "it cannot be parsed";
  const position = /position (\d+)/u.exec(message)?.[1];
  if (message.includes("forbidden prototype")) return "it contains a forbidden key such as __proto__";
  return position === undefined
    ? "it ends too early or has a misplaced character"
    : `unexpected character at position ${position}`;
}
