import type { z } from "zod";
import { jsonObjectSchema, type JsonValue } from "../json.ts";
import { limits } from "../limits.ts";

/** Names that Corral sets itself in a provider's request; a record may not smuggle them in. */
export const reservedParams = [
  "model",
  "messages",
  "prompt",
  "input",
  "stream",
  "stream_options",
  "user",
  "n",
  "tools",
] as const;

const keyPattern = /^[A-Za-z0-9_.-]{1,64}$/u;
const poisonedKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Provider-specific parameters: sent as they are, within budgets for depth, size and names. */
export const customParamsSchema = jsonObjectSchema.superRefine((params, context) => {
  const problem = customParamsProblem(params);
  if (problem !== undefined)
    context.addIssue({ code: "custom", path: problem.path, message: problem.message });
});

export type CustomParams = z.output<typeof customParamsSchema>;

type Problem = { readonly path: (string | number)[]; readonly message: string };

function customParamsProblem(params: Readonly<Record<string, JsonValue>>): Problem | undefined {
  for (const key of Object.keys(params)) {
    if ((reservedParams as readonly string[]).includes(key)) {
      return { path: [key], message: `"${key}" is set by Corral and cannot be a custom parameter.` };
    }
  }
  const budget = { keys: 0 };
  const found = shapeProblem(params, [], budget);
  if (found !== undefined) return found;
  if (budget.keys > limits.customParamsKeys)
    return { path: [], message: `at most ${limits.customParamsKeys} keys in all` };
  if (JSON.stringify(params).length > limits.customParamsBytes) {
    return { path: [], message: `at most ${limits.customParamsBytes} bytes as JSON` };
  }
  return undefined;
}

function shapeProblem(
  value: JsonValue,
  path: (string | number)[],
  budget: { keys: number },
): Problem | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length >= limits.customParamsDepth)
    return { path, message: `at most ${limits.customParamsDepth} levels deep` };
  const entries: [string | number, JsonValue][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [key, inner] of entries) {
    if (typeof key === "string") {
      budget.keys += 1;
      if (poisonedKeys.has(key) || !keyPattern.test(key))
        return { path: [...path, key], message: "is not a usable name" };
    }
    const found = shapeProblem(inner, [...path, key], budget);
    if (found !== undefined) return found;
  }
  return undefined;
}
