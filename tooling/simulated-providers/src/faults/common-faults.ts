import type { Fault } from "./fault.ts";

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center><hr><center>nginx</center></body>\r\n</html>\r\n`;
const htmlType = { "content-type": "text/html" };
const openAIError = (message: string, type: string, code: string | null): object => ({
  error: { message, type, param: null, code },
});

/** The error answers one meets in the field, ready to set. */
export const commonFaults = {
  unauthorized: { kind: "status", code: 401 },
  unauthorizedText: { kind: "status", code: 401, body: "Unauthorized" },
  forbidden: { kind: "status", code: 403 },
  forbiddenEmpty: { kind: "status", code: 403, body: "" },
  notFoundJson: { kind: "status", code: 404 },
  notFoundText: { kind: "status", code: 404, body: "404 page not found" },
  requestTimeout: { kind: "status", code: 408 },
  rateLimited: { kind: "status", code: 429, headers: { "retry-after": "1" } },
  rateLimitedDate: { kind: "status", code: 429, retryAfterDateMs: 2000 },
  rateLimitedAbsurd: { kind: "status", code: 429, headers: { "retry-after": "86400" } },
  rateLimitedGarbage: { kind: "status", code: 429, headers: { "retry-after": "soon" } },
  rateLimitedNegative: { kind: "status", code: 429, headers: { "retry-after": "-5" } },
  rateLimitedMs: { kind: "status", code: 429, headers: { "retry-after-ms": "150" } },
  quotaExhausted: {
    kind: "status",
    code: 429,
    body: openAIError(
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
      "insufficient_quota",
    ),
  },
  contextTooLong: {
    kind: "status",
    code: 400,
    body: openAIError(
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
      "invalid_request_error",
      "context_length_exceeded",
    ),
  },
  serverErrorHtml: { kind: "status", code: 500, body: page("500 Internal Server Error"), headers: htmlType },
  badGatewayHtml: { kind: "status", code: 502, body: page("502 Bad Gateway"), headers: htmlType },
  unavailable: {
    kind: "status",
    code: 503,
    body: page("503 Service Temporarily Unavailable"),
    headers: htmlType,
  },
  loadingModel: {
    kind: "status",
    code: 503,
    body: { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
  },
  overloaded: { kind: "status", code: 529 },
  noContent: { kind: "status", code: 204, body: "" },
} satisfies { [name: string]: Fault };
