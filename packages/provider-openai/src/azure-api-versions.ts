import type { JsonValue } from "@corral/core";
import { asObject } from "@corral/provider-kit";
import type { OpenAIChat } from "./to-openai-chat.ts";

/** Since which api-version the classic surface knows a field; the v1 surface knows all. Dates as Azure's documentation gives them. */
const knownSince = {
  response_format: "2024-08-01",
  stream_options: "2024-09-01",
  max_completion_tokens: "2024-09-01",
  reasoning_effort: "2024-12-01",
} as const satisfies Record<string, string>;

/** Takes back what an older api-version would refuse. @param apiVersion A dated one. */
export function limitToApiVersion({ body, notes }: OpenAIChat, apiVersion: string): OpenAIChat {
  // A preview has what the stable version of its day has.
  const knows = (field: keyof typeof knownSince): boolean => apiVersion.slice(0, 10) >= knownSince[field];
  const fields: Record<string, JsonValue> = { ...body };
  const kept = [...notes];
  const drop = (field: keyof typeof knownSince): void => {
    if (fields[field] === undefined || knows(field)) return;
    delete fields[field];
    kept.push({
      param: field,
      action: "dropped",
      reason: `Azure knows it from api-version ${knownSince[field]} on, the connection has ${apiVersion}`,
    });
  };
  // Nobody asked for it: see toOpenAIChat.
  if (!knows("stream_options")) delete fields["stream_options"];
  if (!knows("max_completion_tokens") && fields["max_completion_tokens"] !== undefined) {
    fields["max_tokens"] = fields["max_completion_tokens"];
    delete fields["max_completion_tokens"];
    kept.splice(0, kept.length, ...notes.filter(({ to }) => to !== "max_completion_tokens"));
  }
  drop("reasoning_effort");
  if (isSchemaFormat(fields["response_format"])) drop("response_format");
  return { body: fields, notes: kept };
}

/** JSON without a schema is older than all of this. */
function isSchemaFormat(format: JsonValue | undefined): boolean {
  return asObject(format)?.["type"] === "json_schema";
}
