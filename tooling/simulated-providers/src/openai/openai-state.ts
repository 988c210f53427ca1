import { randomBytes } from "node:crypto";
import type { Pace } from "../reply/pace.ts";
import type { ReplyFunction } from "../reply/reply.ts";
import { type Answer, AnswerError, type AnswerHeaders, toWholeAnswer } from "../server/answer.ts";
import { isJsonObject, type JsonObject } from "../server/json-object.ts";
import type { SimulatedRequest } from "../server/simulated-request.ts";
import type { Slots } from "../server/slots.ts";
import type { OpenAIModels, SimulatedOpenAIModel } from "./openai-models.ts";
import type { Failure, OpenAIProfile } from "./profiles/openai-profile.ts";

/** All that the routes of one simulated OpenAI share. */
export type OpenAIState = {
  profile: OpenAIProfile;
  models: OpenAIModels;
  apiKey: string | undefined;
  pace: Pace;
  reply: ReplyFunction;
  slots: Slots;
  requestsLeft: number;
};

export function openAIJson(value: unknown, status = 200): Answer {
  return toWholeAnswer(status, "application/json", JSON.stringify(value));
}

/** Leaves the route with an error in the product's form. */
export function openAIError(
  { profile }: Pick<OpenAIState, "profile">,
  failure: Partial<Failure> & Pick<Failure, "status" | "message">,
): AnswerError {
  const whole: Failure = { type: "invalid_request_error", param: null, code: null, ...failure };
  return new AnswerError(whole.message, openAIJson(profile.error(whole), whole.status));
}

/** The request's JSON object, or OpenAI's complaint about it. */
export function readObject(state: OpenAIState, { body, jsonError }: SimulatedRequest): JsonObject {
  if (isJsonObject(body) && jsonError === undefined) return body;
  const message =
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)";
  throw openAIError(state, { status: 400, message });
}

/** The served model a request names. */
export function resolveModel(state: OpenAIState, id: unknown): SimulatedOpenAIModel {
  if (typeof id !== "string" || id === "") {
    throw openAIError(state, { status: 400, message: "you must provide a model parameter" });
  }
  const model = state.models.find(id);
  if (model) return model;
  throw openAIError(state, {
    status: 404,
    message: `The model \`${id}\` does not exist or you do not have access to it.`,
    code: "model_not_found",
  });
}

/** The headers OpenAI adds to every answer. */
export function toServiceHeaders(state: OpenAIState): AnswerHeaders {
  if (!state.profile.hasOpenAIHeaders) return {};
  state.requestsLeft = Math.max(0, state.requestsLeft - 1);
  return {
    "x-request-id": `req_${randomBytes(16).toString("hex")}`,
    "openai-organization": "org-simulated",
    "openai-processing-ms": "12",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-requests": String(state.requestsLeft),
    "x-ratelimit-remaining-tokens": "1999986",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "6m0s",
  };
}
