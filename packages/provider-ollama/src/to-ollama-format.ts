import type { JsonValue, ParamNote } from "@corral/core";
import { asObject, asText } from "@corral/provider-kit";
import { wrongField } from "./check-ollama-option.ts";
import { can, whyNot, type OllamaServer } from "./ollama-server.ts";

const param = "response_format";

/**
 * `response_format` as Ollama's `format`: nothing, `"json"`, or the bare schema.
 *
 * @throws DomainError `invalid_input` for a form that is none of OpenAI's, and for a schema that is missing.
 */
export function toOllamaFormat(
  value: JsonValue,
  server: OllamaServer,
): { readonly format?: JsonValue; readonly note?: ParamNote } {
  const given = asObject(value);
  switch (asText(given?.["type"]) ?? "") {
    case "text":
      return {};
    case "json_object":
      return { format: "json", note: converted("format: json", "Ollama's name for it") };
    case "json_schema":
      return toSchema(asObject(given?.["json_schema"])?.["schema"], server);
    default:
      throw wrongField([param, "type"], "must be text, json_object or json_schema");
  }
}

function toSchema(value: JsonValue | undefined, server: OllamaServer) {
  const schema = asObject(value);
  if (schema === undefined) throw wrongField([param, "json_schema", "schema"], "must be a JSON Schema");
  if (can(server, "formatSchema"))
    return { format: schema, note: converted("format", "Ollama takes the bare schema") };
  return { format: "json", note: converted("format: json", `a schema ${whyNot(server, "formatSchema")}`) };
}

function converted(to: string, reason: string): ParamNote {
  return { param, action: "converted", to, reason };
}
