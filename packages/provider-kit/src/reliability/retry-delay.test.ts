import { describe, expect, test } from "vitest";
import { toTransportError } from "../error/to-transport-error.ts";
import { toUpstreamError } from "../error/to-upstream-error.ts";
import { RetryBudget } from "./retry-budget.ts";
import { retryDelayMs, type FailedAttempt } from "./retry-delay.ts";

const answered = (status: number, message = "x", code?: string): FailedAttempt => ({
  error: toUpstreamError({ status, body: JSON.stringify({ error: { message, code } }), secrets: [] }),
});
const thrown = (code: string): FailedAttempt => ({
  error: toTransportError(
    new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) }),
    "headers",
  ),
});
const hinted = (headers: Readonly<Record<string, string>>): FailedAttempt => ({
  error: toUpstreamError({ status: 429, headers, body: "", secrets: [] }),
});

const repeatsOf = (failure: FailedAttempt) =>
  [0, 1, 2, 3].filter((retries) => retryDelayMs(failure, retries, () => 0) !== undefined).length;

describe("how often a failed request is repeated", () => {
  const rows: readonly (readonly [title: string, failure: FailedAttempt, times: number])[] = [
    ["a refused connection", thrown("ECONNREFUSED"), 2],
    ["an unknown name", thrown("ENOTFOUND"), 2],
    ["a reset before the headers", thrown("ECONNRESET"), 2],
    ["a connection that takes too long", thrown("UND_ERR_CONNECT_TIMEOUT"), 1],
    ["a certificate", thrown("CERT_HAS_EXPIRED"), 0],
    ["what is no HTTP", thrown("HPE_INVALID_CONSTANT"), 0],
    ...[408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 529].map(
      (status) => [String(status), answered(status), 2] as const,
    ),
    ...[400, 401, 402, 403, 404, 405, 413, 415, 422, 499, 501].map(
      (status) => [String(status), answered(status), 0] as const,
    ),
    ["429", answered(429), 1],
    [
      "[vector 51] an exhausted account",
      answered(429, "You exceeded your current quota", "insufficient_quota"),
      0,
    ],
    ["[vector 57] a content filter", answered(400, "filtered", "content_filter"), 0],
    ["a context that is too long", answered(400, "maximum context length"), 0],
    ["503 while a model loads", answered(503, "Loading model"), 2],
    [
      "a runner that died",
      answered(500, "model runner has unexpectedly stopped, this may be due to resource limitations"),
      1,
    ],
    ["Ollama's 500 for an option", answered(500, 'option "top_k" must be of type integer'), 0],
  ];
  test.each(rows)("%s", (_, failure, times) => {
    expect(repeatsOf(failure)).toBe(times);
  });

  test("[vector 53] is for the endpoint to say, but for what can end no other way", () => {
    const asked = (failure: FailedAttempt, shouldRetry: boolean) => repeatsOf({ ...failure, shouldRetry });

    expect(asked(answered(503), false)).toBe(0);
    expect(asked(answered(400), true)).toBe(1);
    expect(asked(answered(401), true)).toBe(0);
    expect(asked(answered(429, "x", "insufficient_quota"), true)).toBe(0);
  });
});

describe("how long it waits", () => {
  test("up to 250 ms, then 500 ms and so on up to 8 s, anywhere in between", () => {
    const failure = { error: answered(503).error, shouldRetry: true };

    expect([0, 1].map((retries) => retryDelayMs(failure, retries, () => 0.999_999))).toEqual([
      expect.closeTo(250, 1),
      expect.closeTo(500, 1),
    ]);
    expect(retryDelayMs(failure, 0, () => 0)).toBe(0);
  });

  test.each([
    ["[vector 51] retry-after: 1", { "retry-after": "1" }, 1_000],
    ["[vector 52] decimals", { "retry-after": "0.4" }, 400],
    ["[vector 52] milliseconds", { "retry-after-ms": "150" }, 150],
    ["[vector 52] Azure's milliseconds", { "x-ms-retry-after-ms": "150" }, 150],
    ["[vector 52] a date in the past", { "retry-after": "Mon, 23 Nov 2020 09:00:00 GMT" }, 0],
    ["as long as anyone waits", { "retry-after": "10" }, 10_000],
    ["[vector 51] longer than anyone waits", { "retry-after": "86400" }, undefined],
    ["[vector 52] a negative number, which says nothing", { "retry-after": "-5" }, 125],
    ["[vector 52] garbage, which says nothing", { "retry-after": "soon" }, 125],
  ])("%s", (_, headers, delayMs) => {
    expect(retryDelayMs(hinted(headers), 0, () => 0.5)).toBe(delayMs);
  });

  test("[vector 52] what the message says", () => {
    expect(retryDelayMs(answered(429, "Rate limit reached. Please try again in 1.2s."), 0, () => 0)).toBe(
      1_200,
    );
  });
});

describe("[vector 62] the budget", () => {
  test("is three repeats and a tenth of the calls of the last ten seconds", () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 100; call += 1) budget.call(0);
    let taken = 0;
    while (budget.take(5_000)) taken += 1;

    expect(taken).toBe(13);
    expect([budget.take(9_999), budget.take(16_000)]).toEqual([false, true]);
  });
});
