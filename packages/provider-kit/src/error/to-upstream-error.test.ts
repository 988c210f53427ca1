import type { ErrorCode, UpstreamFailureClass } from "@corral/core";
import { describe, expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";
import { toTransportError } from "./to-transport-error.ts";
import { toUpstreamError } from "./to-upstream-error.ts";

type Row = readonly [
  title: string,
  status: number,
  body: unknown,
  kind: UpstreamFailureClass,
  code: ErrorCode,
];

const rows: readonly Row[] = [
  [
    "OpenAI's object",
    401,
    {
      error: {
        message: "Incorrect API key provided",
        type: "invalid_request_error",
        code: "invalid_api_key",
      },
    },
    "auth",
    "upstream_unauthorized",
  ],
  [
    "[vector 58] an array (Gemini)",
    400,
    [{ error: { code: 400, message: "bad schema", status: "INVALID_ARGUMENT" } }],
    "invalid_request",
    "upstream_rejected",
  ],
  ["[vector 58] a string error", 500, { error: "out of memory" }, "upstream", "upstream_error"],
  [
    "[vector 58] a numeric code",
    429,
    { error: { code: 429, message: "slow" } },
    "rate",
    "upstream_rate_limited",
  ],
  [
    "[vector 58] a web page",
    502,
    "<html><title>502 Bad Gateway</title></html>",
    "upstream",
    "upstream_error",
  ],
  ["[vector 58] an empty body", 500, "", "upstream", "upstream_error"],
  [
    "vLLM's flat object",
    404,
    { object: "error", message: "The model `x` does not exist.", type: "NotFoundError", code: 404 },
    "model_not_found",
    "upstream_not_found",
  ],
  [
    "FastAPI's list",
    422,
    { detail: [{ loc: ["body", "seed"], msg: "extra fields not permitted" }] },
    "unsupported_param",
    "upstream_rejected",
  ],
  [
    "xAI's pair",
    400,
    { code: "invalid-argument", error: "stop is not supported" },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "Anthropic's object",
    529,
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    "overloaded",
    "upstream_unavailable",
  ],
  [
    "an error behind blank lines and a byte order mark",
    402,
    `\uFEFF\n\n${JSON.stringify({ error: { message: "Insufficient Balance" } })}`,
    "quota",
    "insufficient_quota",
  ],
  ["[vector 47] Ollama's empty 403", 403, "", "permission", "upstream_unauthorized"],
  ["[vector 48] a text 404", 404, "404 page not found", "endpoint_not_found", "upstream_not_found"],
  ["[vector 48] a JSON 404", 404, { error: "model 'x' not found" }, "model_not_found", "upstream_not_found"],
  [
    "llama.cpp's 400 for a model",
    400,
    { error: { code: 400, message: "model 'x' not found", type: "invalid_request_error" } },
    "model_not_found",
    "upstream_not_found",
  ],
  [
    "[vector 49] an error inside of a message",
    500,
    {
      error: JSON.stringify({
        error: { code: 400, message: "request (9000 tokens) exceeds", type: "exceed_context_size_error" },
      }),
    },
    "context_length",
    "context_length_exceeded",
  ],
  [
    "a context text",
    400,
    { error: "the input length exceeds the context length" },
    "context_length",
    "context_length_exceeded",
  ],
  [
    "[vector 50] a full queue",
    503,
    { error: "server busy, please try again.  maximum pending requests exceeded" },
    "overloaded",
    "upstream_unavailable",
  ],
  [
    "[vector 61] a model that loads",
    503,
    { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    "loading",
    "upstream_unavailable",
  ],
  [
    "[vector 51] an exhausted account",
    429,
    {
      error: {
        message: "You exceeded your current quota",
        type: "insufficient_quota",
        code: "insufficient_quota",
      },
    },
    "quota",
    "insufficient_quota",
  ],
  [
    "Ollama's weekly limit",
    429,
    { error: "you (ann) have reached your weekly usage limit" },
    "quota",
    "insufficient_quota",
  ],
  [
    "throttling that speaks of quota",
    429,
    { error: { message: "Quota exceeded. Please retry in 3s.", status: "RESOURCE_EXHAUSTED" } },
    "rate",
    "upstream_rate_limited",
  ],
  [
    "[vector 57] Azure's prompt filter",
    400,
    {
      error: {
        message: "filtered",
        code: "content_filter",
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
    "content_filter",
    "content_filtered",
  ],
  [
    "[vector 28] an unsupported parameter",
    400,
    {
      error: {
        message: "Unsupported parameter: 'max_tokens'",
        param: "max_tokens",
        code: "unsupported_parameter",
      },
    },
    "unsupported_param",
    "upstream_rejected",
  ],
  [
    "[vector 22] an option of a wrong type",
    500,
    { error: 'option "num_ctx" must be of type integer' },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "[vector 38] a pull of a model that does not exist",
    500,
    { error: "pull model manifest: file does not exist" },
    "model_not_found",
    "upstream_not_found",
  ],
  [
    "a push of a model that is not there",
    500,
    { error: "file does not exist" },
    "model_not_found",
    "upstream_not_found",
  ],
  [
    "a pull that the server is too old for",
    500,
    {
      error:
        "pull model manifest: 412: The model you are attempting to pull requires a newer version of Ollama.",
    },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "a pull of another machine's model",
    500,
    { error: "this model requires MLX support, which is missing" },
    "invalid_request",
    "upstream_rejected",
  ],
  ["a pull without TLS", 500, { error: "insecure protocol http" }, "invalid_request", "upstream_rejected"],
  [
    "a pull of a private model",
    500,
    { error: "unauthorized: access denied" },
    "auth",
    "upstream_unauthorized",
  ],
  [
    "a pull that the server gave up",
    500,
    { error: "max retries exceeded: EOF" },
    "upstream",
    "upstream_error",
  ],
  ["a gateway's timeout", 504, "upstream request timeout", "timeout", "upstream_timeout"],
  ["[vector 50] 499 although nobody left", 499, { error: "request canceled" }, "upstream", "upstream_error"],
];

describe("upstream errors", () => {
  test.each(rows)("%s", (...[, status, body, kind, code]) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);

    const error = toUpstreamError({ status, body: text, secrets: [] });

    expect(error).toMatchObject({ code, details: { upstreamClass: kind, upstreamStatus: status } });
  });

  test("an error inside a stream is read without a status, by the code that it carries", () => {
    const json = { error: { code: 502, message: "Provider returned error" } };

    expect(toUpstreamError({ body: { json }, secrets: [] })).toMatchObject({ code: "upstream_error" });
    expect(
      toUpstreamError({ body: { json: { error: { code: "429", message: "x" } } }, secrets: [] }).code,
    ).toBe("upstream_rate_limited");
  });

  test("the address to sign in at is a detail of its own, and only ollama.com's", () => {
    const errorWith = (signin: string) =>
      toUpstreamError({
        status: 401,
        body: JSON.stringify({ error: "unauthorized", signin_url: signin }),
        secrets: [],
      });

    const error = errorWith("https://ollama.com/connect?name=gpu-1&key=c2lt");

    expect(error).toMatchObject({ code: "upstream_unauthorized", details: { upstreamClass: "auth" } });
    expect(error.details?.signinUrl).toBe("https://ollama.com/connect?name=gpu-1&key=c2lt");
    expect(error.message).not.toContain("ollama.com");
    for (const other of [
      "javascript:alert(1)",
      "http://ollama.com/connect",
      "https://ollama.com.evil.example/connect",
      "https://evil.example/ollama.com/",
      "https://x@ollama.com/connect",
    ]) {
      expect(errorWith(other).details).not.toHaveProperty("signinUrl");
    }
  });

  test("[vector 60] neither message nor details hold keys, account ids or addresses", () => {
    const secret = "not~shaped~like~a~key";
    const leaks = [
      secret,
      "sk-proj-abcDEF123456",
      "Bearer eyJhbGciOi.abc",
      "org-AbCdEf123456",
      "http://10.1.2.3:8080/v1",
      "10.1.2.3:8080",
      "gpu-7.internal.example:8443",
      "0123456789abcdef0123456789abcdef",
    ];

    for (const status of [400, 401, 500]) {
      const error = toUpstreamError({
        status,
        body: JSON.stringify({ error: { message: `See ${leaks.join(" and ")} now`, param: secret } }),
        secrets: [secret],
      });
      const printed = error.message + JSON.stringify(error.details);
      expect(leaks.filter((leak) => printed.includes(leak))).toEqual([]);
      expect(printed).toContain("See");
    }
  });

  test("[vector 58] a body of 2 MB gives a short message of one line", () => {
    const error = toUpstreamError({
      status: 400,
      body: JSON.stringify({ error: { message: "a\nb ".repeat(500_000) } }),
      secrets: [],
    });

    expect(error.message.length).toBeLessThan(600);
    expect(error.message).not.toContain("\n");
  });

  test("the caller reads the provider's words only where they help to mend the request", () => {
    const body = JSON.stringify({ error: { message: "n must be 1" } });

    expect(toUpstreamError({ status: 400, body, secrets: [] }).message).toBe(
      "The provider says: n must be 1",
    );
    expect(toUpstreamError({ status: 500, body, secrets: [] }).message).not.toContain("n must be 1");
  });
});

describe("[vector 52] hints to wait", () => {
  const now = Date.parse("2026-11-23T10:00:00Z");
  test.each([
    ["seconds", { "retry-after": "7" }, "", 7_000],
    ["decimals", { "retry-after": "1.5" }, "", 1_500],
    ["milliseconds", { "retry-after-ms": "250", "retry-after": "9" }, "", 250],
    ["Azure's milliseconds", { "x-ms-retry-after-ms": "400" }, "", 400],
    ["a date", { "retry-after": "Mon, 23 Nov 2026 10:00:30 GMT" }, "", 30_000],
    ["a date in the past", { "retry-after": "Mon, 23 Nov 2026 09:00:00 GMT" }, "", 0],
    ["words", {}, "Please try again in 1.2s.", 1_200],
    ["more words", {}, "Please retry after 2m30s", 150_000],
    ["long words", {}, "retry after 20 seconds", 20_000],
    ["a day, cut to ten minutes", { "retry-after": "86400" }, "", 600_000],
    ["a negative number", { "retry-after": "-5" }, "", undefined],
    ["garbage", { "retry-after": "soon" }, "", undefined],
    ["nothing", {}, "slow down", undefined],
  ])("%s", (...[, headers, message, expected]) => {
    expect(retryAfterMs(headers, message, now)).toBe(expected);
  });
});

const withCode = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) });

describe("transport errors", () => {
  test.each([
    ["ENOTFOUND", "dns", "upstream_unavailable"],
    ["EAI_AGAIN", "dns", "upstream_unavailable"],
    ["ECONNREFUSED", "connect", "upstream_unavailable"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout", "upstream_timeout"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls", "upstream_unavailable"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "upstream_unavailable"],
    ["UND_ERR_HEADERS_OVERFLOW", "protocol", "upstream_invalid_response"],
    ["HPE_INVALID_CONSTANT", "protocol", "upstream_invalid_response"],
    ["UND_ERR_SOCKET", "connect", "upstream_unavailable"],
  ])("%s before the headers", (code, upstreamClass, expected) => {
    expect(toTransportError(withCode(code), "headers")).toMatchObject({
      code: expected,
      details: { upstreamClass },
    });
  });

  test("a broken body is a cut answer", () => {
    expect(toTransportError(withCode("UND_ERR_SOCKET"), "body").code).toBe("upstream_truncated");
  });

  test("several addresses that all refuse are one refusal", () => {
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });

    const error = toTransportError(
      new TypeError("fetch failed", { cause: new AggregateError([refused, refused]) }),
      "headers",
    );

    expect(error.details?.upstreamClass).toBe("connect");
  });
});
