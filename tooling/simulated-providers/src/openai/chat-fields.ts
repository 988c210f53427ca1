import type { JsonObject } from "../server/json-object.ts";
import { type SimulatedOpenAIModel, toReasoningFamily } from "./openai-models.ts";
import { openAIError, type OpenAIState } from "./openai-state.ts";

/** Every top-level field OpenAI's chat endpoint knows. */
const chatFields = new Set(
  `audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages
  metadata modalities model moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier
  stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity
  web_search_options`.split(/\s+/),
);

const completionFields = new Set(
  `best_of echo frequency_penalty logit_bias logprobs max_tokens model n presence_penalty prompt seed stop stream
  stream_options suffix temperature top_p user`.split(/\s+/),
);

const ranges: { [field: string]: [number, number] } = {
  temperature: [0, 2],
  top_p: [0, 1],
  presence_penalty: [-2, 2],
  frequency_penalty: [-2, 2],
  n: [1, 128],
  max_tokens: [1, Number.POSITIVE_INFINITY],
  max_completion_tokens: [1, Number.POSITIVE_INFINITY],
  top_logprobs: [0, 20],
};

const sampling = ["temperature", "top_p", "logprobs", "top_logprobs"];
const biasing = ["presence_penalty", "frequency_penalty", "logit_bias"];

/** Refuses what OpenAI refuses before it looks at the messages. */
export function checkFields(
  state: OpenAIState,
  body: JsonObject,
  { model, endpoint }: { model: SimulatedOpenAIModel; endpoint: "chat" | "completion" },
): void {
  if (state.profile.refusesUnknownFields) {
    checkUnknown(state, body, endpoint === "chat" ? chatFields : completionFields);
  }
  for (const [field, [minimum, maximum]] of Object.entries(ranges)) {
    checkRange(state, body, { field, minimum, maximum });
  }
  if (body["stream_options"] !== undefined && body["stream_options"] !== null && body["stream"] !== true) {
    throw invalid(state, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
      param: "stream_options",
    });
  }
  if (body["parallel_tool_calls"] !== undefined && body["tools"] === undefined) {
    throw invalid(state, "'parallel_tool_calls' is only allowed when 'tools' are specified.", {
      param: "parallel_tool_calls",
    });
  }
  if (body["top_logprobs"] !== undefined && body["logprobs"] !== true && endpoint === "chat") {
    throw invalid(state, "'top_logprobs' requires 'logprobs' to be true.", { param: "top_logprobs" });
  }
  if (state.profile.hasReasoningRules) checkReasoningRules(state, body, model);
}

function checkUnknown(state: OpenAIState, body: JsonObject, known: Set<string>): void {
  const unknown = Object.keys(body).filter((field) => !known.has(field));
  if (unknown.length === 0) return;
  const noun = unknown.length === 1 ? "argument" : "arguments";
  throw invalid(state, `Unrecognized request ${noun} supplied: ${unknown.join(", ")}`, {});
}

function checkRange(
  state: OpenAIState,
  body: JsonObject,
  { field, minimum, maximum }: { field: string; minimum: number; maximum: number },
): void {
  const value = body[field];
  if (value === undefined || value === null) return;
  if (typeof value !== "number") {
    throw invalid(
      state,
      `Invalid type for '${field}': expected a number, but got a ${typeof value} instead.`,
      {
        param: field,
        code: "invalid_type",
      },
    );
  }
  if (value >= minimum && value <= maximum) return;
  const isLow = value < minimum;
  const noun = Number.isInteger(value) && field !== "temperature" ? "integer" : "decimal";
  const [side, sign] = isLow ? ["below minimum", ">="] : ["above maximum", "<="];
  throw invalid(
    state,
    `Invalid '${field}': ${noun} ${side} value. Expected a value ${sign} ${isLow ? minimum : maximum}, but got ${value} instead.`,
    { param: field, code: `${noun}_${isLow ? "below_min" : "above_max"}_value` },
  );
}

function checkReasoningRules(state: OpenAIState, body: JsonObject, model: SimulatedOpenAIModel): void {
  const family = toReasoningFamily(model);
  if (family === "none") return;
  if (isGiven(body, "max_tokens")) {
    throw invalid(
      state,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: "max_tokens", code: "unsupported_parameter" },
    );
  }
  const isReasoningOff = family === "relaxed" && body["reasoning_effort"] === "none";
  const refused = isReasoningOff ? biasing : [...sampling, ...biasing];
  for (const param of refused) {
    if (!isGiven(body, param) || body[param] === false) continue;
    if (param === "temperature" || param === "top_p") {
      if (body[param] === 1) continue;
      throw invalid(
        state,
        `Unsupported value: '${param}' does not support ${String(body[param])} with this model. Only the default (1) value is supported.`,
        { param, code: "unsupported_value" },
      );
    }
    throw invalid(state, `Unsupported parameter: '${param}' is not supported with this model.`, {
      param,
      code: "unsupported_parameter",
    });
  }
  if (isGiven(body, "stop") && /^o(?:3|4-mini)/.test(model.id)) {
    throw invalid(state, "Unsupported parameter: 'stop' is not supported with this model.", {
      param: "stop",
      code: "unsupported_parameter",
    });
  }
}

function isGiven(body: JsonObject, field: string): boolean {
  return body[field] !== undefined && body[field] !== null;
}

function invalid(state: OpenAIState, message: string, { param = "", code = "" }): Error {
  return openAIError(state, { status: 400, message, param: param || null, code: code || null });
}
