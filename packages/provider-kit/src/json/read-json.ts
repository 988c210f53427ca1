import { DomainError, limits, type JsonObject, type JsonValue } from "@corral/core";

/**
 * Parses an upstream's JSON.
 *
 * @throws DomainError `upstream_invalid_response` when it is not JSON or nested more than 64 deep, which would overflow
 * the stack of whoever walks it.
 */
export function parseUpstreamJson(text: string): JsonValue {
  if (hasManyBrackets(text) && nestsTooDeep(text)) {
    throw invalidResponse("The provider's answer is nested too deep.");
  }
  try {
    // safe: JSON.parse makes nothing else
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw invalidResponse("The provider's answer is not valid JSON.", cause);
  }
}

/** The `upstream_invalid_response` error. */
export function invalidResponse(message: string, cause?: unknown): DomainError {
  return new DomainError("upstream_invalid_response", message, {
    details: { upstreamClass: "protocol" },
    cause,
  });
}

/** The value when it is an object, else `undefined`. */
export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? // safe: what is left of JsonValue
      (value as JsonObject)
    : undefined;
}

/** The value when it is an array, else an empty one. */
export function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a string with something in it, else `undefined`. */
export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number, also when it was written as a string; else `undefined`. */
export function asNumber(value: JsonValue | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A whole number ≥ 0, e.g. a count of tokens or bytes; else `undefined`. */
export function asCount(value: JsonValue | undefined): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? Math.trunc(number) : undefined;
}

/** Whether there are enough opening brackets to nest too deep. The native search finds the few of a chunk at once. */
function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > limits.messageDepth) return true;
    }
  }
  return false;
}

/** Counts brackets outside of strings. Invalid JSON may be judged wrongly; the parser refuses it anyway. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBrace || code === openBracket) {
      depth += 1;
      if (depth > limits.messageDepth) return true;
    } else if (code === closeBrace || code === closeBracket) depth -= 1;
  }
  return false;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93];
