import type { UpstreamFailureClass } from "@corral/core";
import type { ErrorBody } from "./read-error-body.ts";

/** What is known of a failed answer; `status` is 200 for an error inside a stream. */
export type FailedAnswer = {
  readonly status: number;
  readonly body: ErrorBody;
  readonly retryAfterMs: number | undefined;
};

type Rule = readonly [UpstreamFailureClass, (answer: Facts) => boolean];
type Facts = FailedAnswer & { readonly code: string; readonly type: string; readonly text: string };

const modelText =
  /\bmodels?\b.{0,200}\b(?:not found|does not exist|not exist|no such)|\bno such model\b|\bunknown model\b|^file does not exist$/isu;
const contextText =
  /context (?:length|size|window)|maximum context|too many tokens|prompt is too long|input length exceeds/iu;
const quotaText = /usage limit|quota|credit balance|billing|insufficient balance/iu;
const paramText =
  /extra_forbidden|extra inputs are not permitted|unrecognized request argument|unsupported parameter|unknown parameter|property '.{1,64}' is unsupported/iu;

/** Said by Ollama with status 500, or in the middle of a pull, of what no repetition will mend. */
const ollamaRefusalText =
  /^option ".{1,64}" must be of type|^pull model manifest: 412\b|^this model requires |^insecure protocol http|^invalid file magic/u;

/** First hit wins. */
const rules: readonly Rule[] = [
  [
    "content_filter",
    ({ code }) =>
      /content_?filter|content_policy_violation|responsibleaipolicyviolation|moderation/iu.test(code),
  ],
  [
    "context_length",
    ({ code, type }) => /context_length_exceeded|exceed_context_size/u.test(`${code} ${type}`),
  ],
  ["quota", isQuota],
  ["rate", ({ status }) => status === 429 || status === 498],
  ["rate", ({ code, type }) => /throttling_error|rate_limit|RESOURCE_EXHAUSTED/u.test(`${code} ${type}`)],
  [
    "auth",
    ({ status, code, type }) =>
      status === 401 ||
      /invalid_api_key|invalid_client|authentication_error|^unauthorized$/iu.test(`${code} ${type}`.trim()),
  ],
  ["auth", ({ text }) => /AADSTS\d|invalid_client|^unauthorized\b/u.test(text)],
  ["permission", ({ status, code }) => status === 403 || /permission_?denied/iu.test(code)],
  ["context_length", ({ status, text }) => status !== 404 && contextText.test(text)],
  ["model_not_found", isModelNotFound],
  ["endpoint_not_found", ({ status }) => status === 404 || status === 405],
  [
    "unsupported_param",
    ({ code, text }) =>
      /^unsupported_(?:parameter|value)$|^unknown_parameter$/u.test(code) || paramText.test(text),
  ],
  ["unsupported_param", ({ status, body }) => status === 422 && body.param !== undefined],
  ["invalid_request", ({ text }) => ollamaRefusalText.test(text)],
  // llama.cpp's answers, with 500, to a body that is no JSON and to an image without a projector
  ["invalid_request", ({ text }) => /json\.exception\.|\bmmproj\b|image input is not supported/u.test(text)],
  // what the server does not offer, e.g. embeddings that were not switched on: its text says what to do
  ["invalid_request", ({ status, type }) => status === 501 || type === "not_supported_error"],
  // Azure: what the model depends on has failed
  ["upstream", ({ status }) => status === 424],
  ["timeout", ({ status }) => status === 408 || status === 504],
  ["loading", ({ text }) => /loading model|model is (?:currently )?loading/iu.test(text)],
  [
    "overloaded",
    ({ status, text }) => status === 503 || status === 529 || /overloaded|server busy|slow down/iu.test(text),
  ],
  ["invalid_request", ({ status }) => status >= 400 && status < 500 && status !== 499],
  [
    "invalid_request",
    ({ status, type, code }) => status < 400 && /invalid_request|BadRequest/u.test(`${type} ${code}`),
  ],
];

/** What kind of failure an upstream's error is. */
export function classifyFailure(answer: FailedAnswer): UpstreamFailureClass {
  const { code = "", type = "", message } = answer.body;
  const facts: Facts = { ...answer, code, type, text: message };
  return rules.find(([, matches]) => matches(facts))?.[0] ?? "upstream";
}

/** Throttling speaks of quota too, but then it says to come back soon. */
function isQuota({ status, code, type, text, retryAfterMs }: Facts): boolean {
  if (status === 402 || /insufficient_quota|billing_hard_limit|insufficient_balance/u.test(`${code} ${type}`))
    return true;
  const isSoon = retryAfterMs !== undefined && retryAfterMs <= 60_000;
  return (status === 429 || status < 400) && quotaText.test(text) && !isSoon;
}

/** Some servers answer 400 or 500 with the text of a 404. */
function isModelNotFound({ status, code, type, text, body }: Facts): boolean {
  if (/model_not_found|DeploymentNotFound/u.test(code)) return true;
  if (status === 404 && body.isJson && /NotFoundError|not_found_error/u.test(`${type} ${code}`)) return true;
  return body.isJson && modelText.test(text);
}
