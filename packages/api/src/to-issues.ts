import { paramNames, type ErrorIssue } from "@corral/core";
import type { ZodError } from "zod";

/** Zod's issues with plain paths; for an unknown parameter, the known name that comes closest. */
export function toIssues(error: ZodError): readonly ErrorIssue[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    if (issue.code === "unrecognized_keys" && path.at(-1) === "params") {
      return { path, message: issue.keys.map(unknownParam).join(" ") };
    }
    return { path, message: issue.message };
  });
}

function unknownParam(name: string): string {
  const close = closestParam(name);
  const hint =
    close === undefined ? "put provider-specific ones under custom_params" : `did you mean "${close}"`;
  return `"${name}" is not a parameter; ${hint}${close === undefined ? "." : "?"}`;
}

const maxDistance = 3;

function closestParam(name: string): string | undefined {
  const flat = flatten(name);
  const ranked = paramNames
    .map((param) => ({ param, distance: editDistance(flat, flatten(param)) }))
    .toSorted((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= maxDistance && best.distance < flat.length / 2
    ? best.param
    : undefined;
}

/** `maxTokens` and `max-tokens` are `max_tokens` written otherwise. */
function flatten(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, "")
    .slice(0, 64);
}

function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current[column] = Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
