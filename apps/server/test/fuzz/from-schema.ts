import { oddNumbers } from "./odd-values.ts";
import type { Dice } from "./dice.ts";

/** JSON Schema as `z.toJSONSchema` writes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Values that a field of this name could mean; none where the name says nothing. */
export type Suggest = (field: string) => readonly unknown[];

type At = {
  readonly dice: Dice;
  readonly root: JsonSchema;
  readonly suggest: Suggest;
  readonly field: string;
  readonly depth: number;
};

/** A value that the schema takes, or nearly: what it says in code is not in it. */
export function makeValue(
  root: JsonSchema,
  { dice, suggest }: { readonly dice: Dice; readonly suggest: Suggest },
): unknown {
  return make(root, { dice, root, suggest, field: "", depth: 0 });
}

function make(schema: JsonSchema, at: At): unknown {
  const { dice } = at;
  const target = resolve(schema, at.root);
  if ("const" in target) return target["const"];
  if (Array.isArray(target["enum"])) return dice.pick(target["enum"]);
  const known = at.suggest(at.field).filter((value) => fits(value, target));
  if (known.length > 0 && dice.chance(92)) return dice.pick(known);
  const choices = listOf(target["anyOf"] ?? target["oneOf"]);
  if (choices.length > 0) return make(dice.pick(choices), { ...at, depth: at.depth + 1 });
  const all = listOf(target["allOf"]);
  if (all.length > 0) return make(Object.assign({}, ...all.map((one) => resolve(one, at.root))), at);
  return makeOfType(target, at);
}

function makeOfType(schema: JsonSchema, at: At): unknown {
  const { dice } = at;
  const type = Array.isArray(schema["type"]) ? dice.pick(schema["type"]) : schema["type"];
  if (type === "object") return makeObject(schema, at);
  if (type === "array") return makeArray(schema, at);
  if (type === "string") return makeText(schema, dice);
  if (type === "integer" || type === "number")
    return makeNumber(schema, { dice, isWhole: type === "integer" });
  if (type === "boolean") return dice.chance(50);
  if (type === "null") return null;
  // anything at all
  return dice.pick([{ any: 1 }, "any", 1, true, ["any"]]);
}

function makeObject(schema: JsonSchema, at: At): Record<string, unknown> {
  const { dice } = at;
  const required = new Set(listOfTexts(schema["required"]));
  const wanted = dice.pick([15, 35, 70]);
  const made: [string, unknown][] = [];
  for (const [field, inner] of Object.entries(toRecord(schema["properties"]))) {
    const isWanted = required.has(field) || (at.depth < 6 && dice.chance(wanted));
    if (isWanted) made.push([field, make(toRecord(inner), { ...at, field, depth: at.depth + 1 })]);
  }
  const extra = schema["additionalProperties"];
  if (typeof extra === "object" && extra !== null && at.depth < 6) {
    const names = toRecord(schema["propertyNames"]);
    for (let left = dice.upTo(2); left > 0; left -= 1) {
      const name =
        Object.keys(names).length > 0 ? String(make(names, { ...at, field: "" })) : dice.pick(freeNames);
      made.push([name, make(toRecord(extra), { ...at, field: name, depth: at.depth + 1 })]);
    }
  }
  return Object.fromEntries(made);
}

const freeNames = ["alpha", "beta", "temperature", "x-header", "num_ctx"];

function makeArray(schema: JsonSchema, at: At): unknown[] {
  const fixed = listOf(schema["prefixItems"]);
  if (fixed.length > 0) return fixed.map((one) => make(one, { ...at, depth: at.depth + 1 }));
  const least = Number(schema["minItems"] ?? 0);
  const length = Math.max(
    least,
    Math.min(Number(schema["maxItems"] ?? 3), at.dice.upTo(at.depth > 5 ? 0 : 3)),
  );
  // the field's own name says what its items are: `groupIds`, `messages`
  return Array.from({ length }, () => make(toRecord(schema["items"]), { ...at, depth: at.depth + 1 }));
}

const words = ["Alpha", "beta", "Gamma Delta", "größe", "模型", "a-b_c", "Z9", "orbit velvet cactus 41"];
const byFormat: Readonly<Record<string, readonly string[]>> = {
  uuid: ["00000000-0000-4000-8000-000000000000", "6f1d7c1e-11c5-4f35-8a39-3c8f8a1f6f7e"],
  email: ["somebody@example.com"],
  "date-time": ["2030-01-02T03:04:05Z", "2026-11-23T12:00:00.000Z"],
  uri: ["http://127.0.0.1:9"],
};

function makeText(schema: JsonSchema, dice: Dice): string {
  const format = byFormat[String(schema["format"])];
  if (format !== undefined) return dice.pick(format);
  const pattern = typeof schema["pattern"] === "string" ? new RegExp(schema["pattern"], "u") : undefined;
  const matching =
    pattern === undefined
      ? words
      : [...words, "a", "abc", "1.2.3", "A".repeat(43)].filter((word) => pattern.test(word));
  const text = dice.pick(matching.length > 0 ? matching : words);
  const least = Number(schema["minLength"] ?? 0);
  const most = Number(schema["maxLength"] ?? 1_000);
  const padded = text.padEnd(least, "xyz");
  return dice.chance(5) ? "x".repeat(Math.min(most, 2_000)) : padded.slice(0, most);
}

function makeNumber(
  schema: JsonSchema,
  { dice, isWhole }: { readonly dice: Dice; readonly isWhole: boolean },
): number {
  const min = Number(schema["minimum"] ?? schema["exclusiveMinimum"] ?? -1_000);
  const max = Number(schema["maximum"] ?? schema["exclusiveMaximum"] ?? 1_000);
  if (dice.chance(20)) return dice.pick([min, max]);
  if (dice.chance(10)) return dice.pick(oddNumbers);
  const span = Math.max(0, Math.min(max, min + 1_000) - min);
  const value = min + dice.upTo(Math.floor(span));
  return isWhole || dice.chance(50) ? value : Math.min(max, value + 0.5);
}

/** Enough to tell which of the suggested values a field could take. */
function fits(value: unknown, schema: JsonSchema): boolean {
  const choices = listOf(schema["anyOf"] ?? schema["oneOf"]);
  if (choices.length > 0) return choices.some((one) => fits(value, one));
  const { type } = schema;
  if (type === undefined) return true;
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref: ref } = schema;
  if (typeof ref !== "string") return schema;
  if (ref === "#") return root;
  return toRecord(toRecord(root["$defs"])[ref.replace("#/$defs/", "")]);
}

function listOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.map(toRecord) : [];
}

function listOfTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function toRecord(value: unknown): JsonSchema {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonSchema) : {}; // safe: just looked at
}
