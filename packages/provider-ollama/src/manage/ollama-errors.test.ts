import type { DomainError, ErrorCode, UpstreamFailureClass } from "@corral/core";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { describe, expect, test } from "vitest";
import { createOllamaProvider } from "../ollama-provider.ts";
import { startManagedOllama } from "./__fixtures__/start-managed-ollama.ts";

const options = { signal: new AbortController().signal };

type Row = readonly [
  title: string,
  status: number,
  body: string | object,
  kind: UpstreamFailureClass,
  code: ErrorCode,
];

const context = { error: { code: 400, message: "too long", type: "exceed_context_size_error", n_ctx: 4096 } };

/** What an Ollama of 0.33 answers instead of a result. */
const rows: readonly Row[] = [
  ["no body", 400, { error: "missing request body" }, "invalid_request", "upstream_rejected"],
  [
    "Go's decoder",
    400,
    { error: "json: cannot unmarshal number into Go struct field .model of type string" },
    "invalid_request",
    "upstream_rejected",
  ],
  ["no model", 400, { error: "model is required" }, "invalid_request", "upstream_rejected"],
  ["a bad name", 400, { error: "invalid model name" }, "invalid_request", "upstream_rejected"],
  [
    "logprobs out of range",
    400,
    { error: "top_logprobs must be between 0 and 20" },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "a model that cannot chat",
    400,
    { error: '"m" does not support chat' },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "a model without tools",
    400,
    { error: "registry.ollama.ai/library/m:latest does not support tools" },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "a remote model that is not allowed",
    400,
    { error: "this server cannot run this remote model" },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "[vector 35] two sources",
    400,
    { error: "use either :local or :cloud, not both" },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "too long an input",
    400,
    { error: "the input length exceeds the context length" },
    "context_length",
    "context_length_exceeded",
  ],
  ["no account", 401, { error: "unauthorized" }, "auth", "upstream_unauthorized"],
  ["[vector 47] an empty 403", 403, "", "permission", "upstream_unauthorized"],
  [
    "the cloud switched off",
    403,
    { error: "ollama cloud is disabled: remote model details are unavailable" },
    "permission",
    "upstream_unauthorized",
  ],
  ["[vector 48] a text 404", 404, "404 page not found", "endpoint_not_found", "upstream_not_found"],
  ["[vector 48] a JSON 404", 404, { error: "model 'm' not found" }, "model_not_found", "upstream_not_found"],
  [
    "[vector 48] a JSON 404 with advice",
    404,
    { error: 'model "m" not found, try pulling it first' },
    "model_not_found",
    "upstream_not_found",
  ],
  ["a wrong method", 405, "405 method not allowed", "endpoint_not_found", "upstream_not_found"],
  [
    "an hourly limit",
    429,
    { error: "you've reached your hourly usage limit, please upgrade to continue" },
    "quota",
    "insufficient_quota",
  ],
  [
    "a weekly limit",
    429,
    { error: "you (ann) have reached your weekly usage limit, please wait or upgrade" },
    "quota",
    "insufficient_quota",
  ],
  ["too many requests", 429, { error: "too many requests" }, "rate", "upstream_rate_limited"],
  ["[vector 50] 499 although nobody left", 499, { error: "request canceled" }, "upstream", "upstream_error"],
  [
    "an option of a wrong type",
    500,
    { error: 'option "num_ctx" must be of type integer' },
    "invalid_request",
    "upstream_rejected",
  ],
  [
    "a dead runner",
    500,
    { error: "model runner has unexpectedly stopped, this may be due to resource limitations" },
    "upstream",
    "upstream_error",
  ],
  [
    "too little memory",
    500,
    { error: "model requires more system memory (37.4 GiB) than is available (7.1 GiB)" },
    "upstream",
    "upstream_error",
  ],
  [
    "a failing child",
    500,
    { error: "llama-server chat error: connection refused" },
    "upstream",
    "upstream_error",
  ],
  [
    "an incompatible file",
    500,
    { error: 'model "m" is no longer compatible with your version of Ollama' },
    "upstream",
    "upstream_error",
  ],
  [
    "[vector 49] an error inside of the text",
    500,
    { error: JSON.stringify(context) },
    "context_length",
    "context_length_exceeded",
  ],
  ["an unreachable cloud", 502, { error: "dial tcp: lookup ollama.com" }, "upstream", "upstream_error"],
  [
    "[vector 50] a full queue",
    503,
    { error: "server busy, please try again.  maximum pending requests exceeded" },
    "overloaded",
    "upstream_unavailable",
  ],
  [
    "an overloaded cloud",
    503,
    { error: "Server overloaded, please retry shortly (ref: 1234)" },
    "overloaded",
    "upstream_unavailable",
  ],
];

async function failureOf(call: Promise<unknown>): Promise<DomainError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  // safe: what is none fails the expectations of the caller
  return error as DomainError;
}

describe("what Ollama answers instead of a result", () => {
  test.each(rows)("%s (%d)", async (...[, status, body, upstreamClass, code]) => {
    await using managed = await startManagedOllama();
    managed.server.faults.set({ path: /load|generate|show/u, fault: { kind: "status", code: status, body } });

    const shown = await failureOf(managed.ollama.show("m", options));
    const loaded = await failureOf(managed.ollama.load({ model: "m" }, options));

    const expected = { code, details: { upstreamClass, upstreamStatus: status } };
    expect(shown).toMatchObject(expected);
    expect(loaded).toMatchObject(expected);
  });

  test("[vector 47] an empty 403 tells where to look", async () => {
    await using managed = await startManagedOllama({}, { headers: { origin: "https://corral.example" } });

    await expect(managed.ollama.tags(options)).rejects.toThrow(
      "Ollama does so for a Host or Origin it does not allow.",
    );
  });

  test("[vector 48] a wrong address is told from a wrong name", async () => {
    await using managed = await startManagedOllama();
    const { url } = managed.server;
    const elsewhere = createOllamaProvider({
      baseUrl: `${url}/elsewhere`,
      transport: createUndiciTransport({ url }),
    });

    const wrongName = await failureOf(managed.ollama.show("nothing", options));
    const wrongAddress = await failureOf(elsewhere.ollama.show("nothing", options));

    expect(wrongName.message).toBe("The provider does not know this model.");
    expect(wrongAddress.message).toBe("The provider does not know this address. Check the connection's URL.");
    await elsewhere.close();
  });

  test("the address to sign in at is no part of what everybody reads", async () => {
    await using managed = await startManagedOllama({ models: ["ann/m"] });
    const signin_url = "https://ollama.com/connect?name=gpu&key=c2ltdWxhdGVk";
    managed.server.faults.set({
      path: "/api/push",
      fault: { kind: "rewrite-frames", rewrite: () => [{ error: "unauthorized", signin_url }] },
    });

    const failure = await failureOf(
      (async () => {
        for await (const _ of managed.ollama.push({ model: "ann/m" }, options));
      })(),
    );

    expect(failure).toMatchObject({ code: "upstream_unauthorized", details: { signinUrl: signin_url } });
    expect(failure.message).not.toContain("ollama.com");
  });

  test("an error under a good status is one", async () => {
    await using managed = await startManagedOllama();
    const error = "model 'm' not found";
    managed.server.faults.set({ fault: { kind: "status", code: 200, body: { error } } });

    expect(await failureOf(managed.ollama.show("m", options))).toMatchObject({ code: "upstream_not_found" });
    expect(await failureOf(managed.ollama.tags(options))).toMatchObject({ code: "upstream_not_found" });
  });

  test("a server that is gone is unavailable, and one that hangs is late", async () => {
    await using gone = await startManagedOllama();
    await using hanging = await startManagedOllama({}, { timeouts: { listMs: 50 } });
    gone.server.faults.set({ fault: { kind: "refuse" } });
    hanging.server.faults.set({ fault: { kind: "hang-before-headers" } });

    expect(await failureOf(gone.ollama.tags(options))).toMatchObject({ code: "upstream_unavailable" });
    expect(await failureOf(hanging.ollama.tags(options))).toMatchObject({
      code: "upstream_timeout",
      details: { timeoutPhase: "total" },
    });
  });
});
