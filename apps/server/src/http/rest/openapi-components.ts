import { z } from "zod";

/** What is said once and referred to. */
export type Components = {
  readonly schemas: Record<string, unknown>;
  readonly responses: Record<string, unknown>;
};

/** As JSON Schema 2020-12, which is what OpenAPI 3.1 takes; named schemas go to the components. */
export function toSchema(schema: z.ZodType, io: "input" | "output", components: Components): unknown {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  const { $schema: _, $defs: defs = {}, ...rest } = made;
  for (const [name, definition] of Object.entries(defs)) keep(components, name, definition);
  return withComponentRefs(rest);
}

function keep(components: Components, name: string, definition: unknown): void {
  const { id: _, ...whole } = toRecord(withComponentRefs(definition));
  const known = components.schemas[name];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(whole)) {
    throw new Error(`Two schemas are called ${name}; give each a name of its own.`);
  }
  components.schemas[name] = whole;
}

function withComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== "object" || value === null) return value;
  // a choice that anything fits is none
  const { anyOf, ...others } = value as { readonly anyOf?: unknown }; // safe: an object
  if (Array.isArray(anyOf) && anyOf.some((one) => Object.keys(toRecord(one)).length === 0))
    return withComponentRefs(others);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "id" || typeof (value as Record<string, unknown>)["id"] !== "string")
      .map(([name, inner]) => [
        name,
        name === "$ref" && typeof inner === "string"
          ? inner.replace("#/$defs/", "#/components/schemas/")
          : withComponentRefs(inner),
      ]),
  );
}

export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : {}; // safe: just looked at
}
