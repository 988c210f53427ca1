import { isJsonObject, toJsonObject, toList } from "../server/json-object.ts";

/** A small value that satisfies a JSON Schema of the kind used for tools and structured answers. */
export function sampleOf(schema: unknown): unknown {
  if (!isJsonObject(schema)) return {};
  if ("const" in schema) return schema["const"];
  const [choice] = toList(schema["enum"]);
  if (choice !== undefined) return choice;
  const [alternative] = toList(schema["anyOf"] ?? schema["oneOf"]);
  if (alternative !== undefined) return sampleOf(alternative);
  const { type } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return typeof schema["minimum"] === "number" ? schema["minimum"] : 1;
    case "boolean":
      return true;
    case "null":
      return null;
    case "array":
      return [sampleOf(schema["items"] ?? { type: "string" })];
    default: {
      const properties = Object.entries(toJsonObject(schema["properties"]));
      return Object.fromEntries(properties.map(([name, property]) => [name, sampleOf(property)]));
    }
  }
}
