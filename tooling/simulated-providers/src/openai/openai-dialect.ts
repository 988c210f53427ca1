import type { Dialect } from "../faults/dialect.ts";
import { type JsonObject, toJsonObject, toList } from "../server/json-object.ts";
import type { OpenAIProfile } from "./profiles/openai-profile.ts";

const types: { [status: number]: [type: string, code: string | null] } = {
  401: ["invalid_request_error", "invalid_api_key"],
  403: ["invalid_request_error", "unsupported_country_region_territory"],
  404: ["invalid_request_error", "model_not_found"],
  429: ["requests", "rate_limit_exceeded"],
};

/** What faults need to know of OpenAI's protocol, errors in the product's form. */
export function toOpenAIDialect(profile: OpenAIProfile): Dialect {
  return {
    name: "openai",
    format: "sse",
    listPaths: ["/v1/models"],
    listKey: "data",
    idKeys: ["id"],
    falseEnd: 'data: [DONE]\n\n{"done":true}',
    errorBody: (status, message) => {
      const [type, code] = types[status] ?? [status >= 500 ? "server_error" : "invalid_request_error", null];
      return profile.error({ status, message, type, param: null, code });
    },
    mergeIntoEnd: (last, end) => {
      const choice: JsonObject = toJsonObject(toList(end["choices"])[0]);
      const { delta } = toJsonObject(toList(last["choices"])[0]);
      return { ...end, choices: [{ ...choice, delta }] };
    },
  };
}
