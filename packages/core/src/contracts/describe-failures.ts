import { describe, expect, test } from "vitest";
import type { ChatStreamPart } from "../chat/chat-stream-part.ts";
import type { DomainError } from "../error/domain-error.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Provider } from "../provider/provider.ts";
import type { ScriptedReply } from "../testing/scripted-upstream.ts";
import { contractKey, failureOf, neverAborted, openBench, plainRequest, textOf } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

const json = { "content-type": "application/json" };
const html = { "content-type": "text/html" };
const echo = `Incorrect key provided: ${contractKey}. See https://internal.example:8443/keys`;

type Row = {
  readonly title: string;
  readonly reply: ScriptedReply;
  readonly code: ErrorCode;
  readonly details?: object;
};

const failures: readonly Row[] = [
  {
    title: "a refused connection",
    reply: { never: "refused" },
    code: "upstream_unavailable",
    details: { upstreamClass: "connect" },
  },
  {
    title: "401 that repeats the key",
    reply: error(401, { message: echo, code: "invalid_api_key" }),
    code: "upstream_unauthorized",
    details: { upstreamStatus: 401 },
  },
  {
    title: "401 with plain text",
    reply: { status: 401, body: `bad token ${contractKey}` },
    code: "upstream_unauthorized",
  },
  {
    title: "403",
    reply: error(403, "forbidden"),
    code: "upstream_unauthorized",
    details: { upstreamClass: "permission" },
  },
  {
    title: "404 of a model",
    reply: error(404, { message: "model 'x' not found", code: "model_not_found" }),
    code: "upstream_not_found",
    details: { upstreamClass: "model_not_found" },
  },
  {
    title: "404 of an address",
    reply: { status: 404, headers: { "content-type": "text/plain" }, body: "404 page not found" },
    code: "upstream_not_found",
    details: { upstreamClass: "endpoint_not_found" },
  },
  {
    title: "429 with a hint",
    reply: error(429, { message: "slow down" }, { "retry-after": "7" }),
    code: "upstream_rate_limited",
    details: { retryAfterMs: 7_000 },
  },
  {
    title: "429 of an empty account",
    reply: error(429, { message: "You exceeded your current quota", code: "insufficient_quota" }),
    code: "insufficient_quota",
  },
  { title: "500", reply: error(500, { message: `trace ${echo}` }), code: "upstream_error" },
  {
    title: "502 with a web page",
    reply: { status: 502, headers: html, body: "<html><head><title>Bad Gateway</title></head></html>" },
    code: "upstream_error",
    details: { upstreamMessage: "a web page: Bad Gateway" },
  },
  { title: "503", reply: error(503, "server busy"), code: "upstream_unavailable" },
  {
    title: "200 with a web page",
    reply: { headers: html, body: "<!doctype html><title>Sign in</title>" },
    code: "upstream_invalid_response",
  },
  { title: "200 with nothing", reply: { headers: json, body: "" }, code: "upstream_invalid_response" },
  {
    title: "a redirect",
    reply: { status: 307, headers: { location: "http://elsewhere.test/" }, body: "" },
    code: "upstream_redirect",
  },
];

const calls: readonly (readonly [string, (provider: Provider) => Promise<unknown>])[] = [
  ["listing models", (provider) => provider.listModels(neverAborted())],
  ["checking health", (provider) => provider.checkHealth(neverAborted())],
  ["a whole chat", (provider) => provider.chat(plainRequest, neverAborted())],
  ["a streamed chat", (provider) => provider.streamChat(plainRequest, neverAborted())],
];

function error(
  status: number,
  body: string | { readonly message: string; readonly code?: string },
  headers: Readonly<Record<string, string>> = {},
): ScriptedReply {
  return { status, headers: { ...json, ...headers }, body: JSON.stringify({ error: body }) };
}

export function describeFailures(options: ProviderContractOptions): void {
  describe.each(calls)("failures of %s", (_, call) => {
    test.each(failures)("$title", async ({ reply, code, details }) => {
      await using bench = await openBench(options, reply);

      const failure = await failureOf(() => call(bench.provider));

      expect(failure.code).toBe(code);
      if (details !== undefined) expect(failure.details).toMatchObject(details);
      expectNothingPrivate(failure);
      // Neither followed nor repeated.
      expect(bench.upstream.requests.length).toBeLessThanOrEqual(1);
    });

    test("silence until the deadline", async () => {
      await using bench = await openBench(
        options,
        { never: "silent" },
        { timeouts: { firstByteMs: 60, listMs: 60 } },
      );

      const failure = await failureOf(() => call(bench.provider));

      expect(failure.code).toBe("upstream_timeout");
      expect(["first_byte", "total"]).toContain(failure.details?.timeoutPhase);
    });
  });

  describe("failures in the middle of a stream", () => {
    describeBrokenStreams(options);
  });
}

function describeBrokenStreams(options: ProviderContractOptions): void {
  const { failedAtOnce, failedLater, text, truncated } = options.scenarios;
  const whole = "body" in text.streamed ? text.streamed : undefined;

  test("an error in the first frame is thrown before the stream begins", async () => {
    await using bench = await openBench(options, failedAtOnce.reply);

    const failure = await failureOf(() => bench.provider.streamChat(plainRequest, neverAborted()));

    expect(failure.code).toBe(failedAtOnce.code);
    expectNothingPrivate(failure);
  });

  test.each([
    { title: "an error in a later frame", ...failedLater },
    {
      title: "an end without the terminal marker",
      reply: truncated,
      code: "upstream_truncated",
      text: undefined,
    },
    {
      title: "a broken connection",
      reply: { ...whole, body: cutBody(whole), ending: "reset" } as const,
      code: "upstream_truncated",
      text: undefined,
    },
  ])(
    "$title comes after the parts before it, and there is no finish",
    async ({ reply, code, text: before }) => {
      await using bench = await openBench(options, reply);

      const { failure, parts } = await readUntilFailure(bench.provider);

      expect(failure.code).toBe(code);
      expect(parts.filter((part) => part.type === "finish")).toEqual([]);
      if (before !== undefined) expect(textOf(parts)).toBe(before);
      expectNothingPrivate(failure);
    },
  );

  test("the same failures end a whole answer", async () => {
    await using later = await openBench(options, failedLater.reply);
    await using cut = await openBench(options, truncated);

    const codes = [
      (await failureOf(() => later.provider.chat(plainRequest, neverAborted()))).code,
      (await failureOf(() => cut.provider.chat(plainRequest, neverAborted()))).code,
    ];

    expect(codes).toEqual([failedLater.code, "upstream_truncated"]);
  });

  test("silence in the middle ends it by the idle deadline, and closes the connection", async () => {
    const reply = { ...whole, body: cutBody(whole), ending: "silent" } as const;
    await using bench = await openBench(options, reply, { timeouts: { idleMs: 60 } });

    const { failure } = await readUntilFailure(bench.provider);

    expect(failure).toMatchObject({ code: "upstream_timeout", details: { timeoutPhase: "idle" } });
    await bench.upstream.abandoned;
  });
}

async function readUntilFailure(
  provider: Provider,
): Promise<{ failure: DomainError; parts: ChatStreamPart[] }> {
  const parts: ChatStreamPart[] = [];
  const failure = await failureOf(async () => {
    const { batches } = await provider.streamChat(plainRequest, neverAborted());
    for await (const batch of batches) parts.push(...batch);
  });
  return { failure, parts };
}

function cutBody(reply: { readonly body: string | Uint8Array } | undefined): Uint8Array {
  const bytes = new TextEncoder().encode(String(reply?.body ?? ""));
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

function expectNothingPrivate(failure: DomainError): void {
  const printed = [
    failure.message,
    String(failure),
    failure.stack,
    JSON.stringify(failure),
    printedCauses(failure),
  ].join("\n");
  expect(printed).not.toContain(contractKey);
  expect(printed).not.toContain("internal.example");
}

function printedCauses(error: Error): string {
  return error.cause instanceof Error
    ? `${String(error.cause)}\n${printedCauses(error.cause)}`
    : String(error.cause);
}
