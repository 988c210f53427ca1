import type { ConnectionTimeouts, ErrorCode } from "@corral/core";
import { commonFaults, type Fault } from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import {
  canaryKey,
  dialects,
  never,
  openBench,
  outcomeOf,
  printed,
  replyText,
  transports,
  type Dialect,
} from "./provider-bench.ts";

type Verdict = "same answer" | ErrorCode;
type Mode = "streamed" | "whole";

type Row = {
  readonly title: string;
  readonly fault: Fault;
  readonly verdict:
    | Verdict
    | readonly Verdict[]
    | ((dialect: Dialect, mode: Mode) => Verdict | readonly Verdict[]);
  readonly timeouts?: ConnectionTimeouts;
};

/** A fault that only SSE has; among lines of JSON it is nonsense. */
const sseOnly =
  (verdict: Verdict): Row["verdict"] =>
  (dialect, mode) =>
    dialect === "ollama" ? "upstream_invalid_response" : isDocument(dialect, mode) ? "same answer" : verdict;

/** OpenAI's whole answers are documents; everything else comes as a stream. */
const isDocument = (dialect: Dialect, mode: Mode) => dialect !== "ollama" && mode === "whole";
const streamsOnly =
  (verdict: Verdict): Row["verdict"] =>
  (dialect, mode) =>
    isDocument(dialect, mode) ? "same answer" : verdict;

const rows: readonly Row[] = [
  { title: "[PRV-1] a closed port", fault: { kind: "refuse" }, verdict: "upstream_unavailable" },
  {
    title: "[PRV-1] a reset connection",
    fault: { kind: "refuse", how: "reset" },
    verdict: "upstream_unavailable",
  },
  {
    title: "[PRV-1] [vector 10] a reset instead of an answer",
    fault: { kind: "reset-before-headers" },
    verdict: "upstream_unavailable",
  },
  {
    title: "[PRV-1] a close instead of an answer",
    fault: { kind: "close-before-headers" },
    verdict: "upstream_unavailable",
  },
  {
    title: "[PRV-2] [vector 13] silence",
    fault: { kind: "hang-before-headers" },
    verdict: "upstream_timeout",
    timeouts: { firstByteMs: 150 },
  },
  { title: "[PRV-2] a late answer", fault: { kind: "delay", waitMs: 50 }, verdict: "same answer" },
  {
    title: "[PRV-3] [vector 13] silence in the middle",
    fault: { kind: "hang-mid-stream" },
    verdict: "upstream_timeout",
    timeouts: { idleMs: 150 },
  },
  {
    title: "[PRV-3] [vector 13] a byte now and then",
    fault: { kind: "slow-bytes", everyMs: 20 },
    verdict: "upstream_timeout",
    timeouts: { idleMs: 1_000, totalMs: 300 },
  },
  {
    title: "[PRV-4] [vector 10] a reset in the middle",
    fault: { kind: "reset-mid-stream" },
    verdict: "upstream_truncated",
  },
  {
    title: "[PRV-4] [vector 10] a close in the middle",
    fault: { kind: "close-mid-stream" },
    verdict: "upstream_truncated",
  },
  {
    title: "[PRV-4] [vector 1] [vector 2] a clean end in the middle",
    fault: { kind: "close-mid-stream", clean: true },
    verdict: "upstream_truncated",
  },
  {
    title: "[PRV-4] [vector 1] no end marker",
    fault: { kind: "missing-done" },
    verdict: (dialect) => (dialect === "ollama" ? "upstream_truncated" : "same answer"),
  },
  {
    title: "[PRV-4] [vector 1] no finish and no end marker",
    fault: { kind: "missing-done", finish: true },
    verdict: streamsOnly("upstream_truncated"),
  },
  {
    title: "[PRV-5] [vector 9] a web page",
    fault: { kind: "html-200" },
    verdict: "upstream_invalid_response",
  },
  { title: "[PRV-5] [vector 9] nothing", fault: { kind: "empty-200" }, verdict: "upstream_invalid_response" },
  { title: "[PRV-5] null", fault: { kind: "null-body" }, verdict: "upstream_invalid_response" },
  { title: "[PRV-5] an empty array", fault: { kind: "array-body" }, verdict: "upstream_invalid_response" },
  { title: "[PRV-5] a byte order mark", fault: { kind: "bom" }, verdict: "same answer" },
  { title: "[PRV-5] a wrong content type", fault: { kind: "wrong-content-type" }, verdict: "same answer" },
  {
    title: "[PRV-5] [vector 9] a document for a stream",
    fault: { kind: "json-for-stream" },
    verdict: "same answer",
  },
  {
    title: "[PRV-5] [vector 9] a stream for a document",
    fault: { kind: "sse-for-non-stream" },
    verdict: "same answer",
  },
  { title: "[PRV-6] half of the answer", fault: { kind: "half-json" }, verdict: "upstream_truncated" },
  {
    title: "[PRV-6] [vector 8] single bytes",
    fault: { kind: "split-every-n-bytes" },
    verdict: "same answer",
  },
  {
    title: "[PRV-6] [vector 8] pieces of 7 bytes",
    fault: { kind: "split-every-n-bytes", bytes: 7 },
    verdict: "same answer",
  },
  { title: "[PRV-6] [vector 8] CRLF", fault: { kind: "line-endings", eol: "crlf" }, verdict: "same answer" },
  { title: "[PRV-6] [vector 8] comments", fault: { kind: "comments" }, verdict: "same answer" },
  ...answeredErrors(),
  {
    title: "[PRV-7] [vector 58] an error of 2 MB",
    fault: { kind: "status", code: 400, body: { error: { message: "a\nb ".repeat(500_000) } } },
    verdict: "upstream_rejected",
  },
  {
    title: "[PRV-8] a stream without end",
    fault: { kind: "never-ending", everyMs: 5 },
    verdict: "upstream_timeout",
    timeouts: { totalMs: 300 },
  },
  {
    title: "[PRV-9] a line of 64 MB",
    fault: { kind: "giant-line", megabytes: 64 },
    verdict: ["upstream_invalid_response"],
  },
  {
    title: "[PRV-11] headers of 200 kB",
    fault: { kind: "huge-headers" },
    verdict: "upstream_invalid_response",
  },
  {
    title: "[PRV-11] [vector 10] two content lengths",
    fault: { kind: "duplicate-content-length" },
    verdict: ["upstream_invalid_response", "upstream_unavailable"],
  },
  {
    title: "[PRV-11] [vector 10] fewer bytes than announced",
    fault: { kind: "content-length-mismatch" },
    verdict: ["upstream_truncated", "same answer"],
  },
  {
    title: "[PRV-11] [vector 10] a broken chunk",
    fault: { kind: "bad-chunk" },
    verdict: ["upstream_invalid_response", "upstream_truncated"],
  },
  {
    title: "[PRV-14] [vector 3] a bare error line",
    fault: { kind: "error-line-mid-stream" },
    verdict: streamsOnly("upstream_error"),
  },
  {
    title: "[PRV-14] [vector 3] an error as data",
    fault: { kind: "sse-error-event", how: "data" },
    verdict: streamsOnly("upstream_error"),
  },
  {
    title: "[PRV-14] [vector 3] an error event",
    fault: { kind: "sse-error-event", how: "event" },
    verdict: sseOnly("upstream_error"),
  },
  {
    title: "[PRV-14] [vector 3] an error inside of a chunk",
    fault: { kind: "sse-error-event", how: "chunk" },
    verdict: streamsOnly("upstream_error"),
  },
  { title: "[PRV-14] other fields", fault: { kind: "sse-fields" }, verdict: sseOnly("same answer") },
  { title: "[PRV-14] two ends", fault: { kind: "two-dones" }, verdict: "same answer" },
  {
    title: "[PRV-14] [vector 4] the last words on the last frame",
    fault: { kind: "done-with-payload" },
    verdict: "same answer",
  },
  {
    title: "[PRV-18] a clock of its own",
    fault: { kind: "date-skew", offsetMs: 1e12 },
    verdict: "same answer",
  },
  // undici refuses a 100 that nobody expects; a 103 alone would do no harm.
  {
    title: "[PRV-18] informational answers",
    fault: { kind: "informational" },
    verdict: "upstream_unavailable",
  },
  { title: "[PRV-18] trailers", fault: { kind: "trailers" }, verdict: "same answer" },
  { title: "[PRV-18] HTTP/1.0", fault: { kind: "http-1.0" }, verdict: "same answer" },
];

/** What providers answer instead of a result. None of it is a 401 or 403 of ours. */
function answeredErrors(): Row[] {
  const verdicts: Readonly<Record<keyof typeof commonFaults, ErrorCode>> = {
    unauthorized: "upstream_unauthorized",
    unauthorizedText: "upstream_unauthorized",
    forbidden: "upstream_unauthorized",
    forbiddenEmpty: "upstream_unauthorized",
    notFoundJson: "upstream_not_found",
    notFoundText: "upstream_not_found",
    requestTimeout: "upstream_timeout",
    rateLimited: "upstream_rate_limited",
    rateLimitedDate: "upstream_rate_limited",
    rateLimitedAbsurd: "upstream_rate_limited",
    rateLimitedGarbage: "upstream_rate_limited",
    rateLimitedNegative: "upstream_rate_limited",
    rateLimitedMs: "upstream_rate_limited",
    quotaExhausted: "insufficient_quota",
    contextTooLong: "context_length_exceeded",
    serverErrorHtml: "upstream_error",
    badGatewayHtml: "upstream_error",
    unavailable: "upstream_unavailable",
    loadingModel: "upstream_unavailable",
    overloaded: "upstream_unavailable",
    noContent: "upstream_invalid_response",
  };
  return Object.entries(commonFaults).map(([name, fault]) => ({
    title: `[PRV-${name === "noContent" ? 18 : 7}] [vector 58] ${name}`,
    fault,
    // safe: the table above has every name
    verdict: verdicts[name as keyof typeof commonFaults],
  }));
}

describe.each(transports)("over %s", (transport) => {
  describe.each(dialects)("%s", (dialect) => {
    describe.each(["streamed", "whole"] as const)("%s", (mode) => {
      test.each(rows)("$title", async ({ fault, verdict, timeouts }) => {
        await using bench = await openBench(dialect, transport, { timeouts });
        bench.faults.set({ fault });

        const outcome = await outcomeOf(bench, mode);

        const expected = [typeof verdict === "function" ? verdict(dialect, mode) : verdict].flat();
        expect(expected).toContain("error" in outcome ? outcome.error.code : sameAnswer(outcome.text));
        expect(printed(bench, outcome)).not.toContain(canaryKey);
        const finishes = "error" in outcome ? outcome.parts.filter((part) => part.type === "finish") : [];
        expect(finishes).toEqual([]);
        expect(bench.journal.entries().length).toBeLessThanOrEqual(1);
      });

      test("[PRV-12] [vector 54] a redirect is not followed, so the key stays at home", async () => {
        await using elsewhere = await openBench("openai", transport);
        for (const code of [301, 302, 303, 307, 308]) {
          for (const to of [elsewhere.url, "http://169.254.169.254/latest/meta-data", undefined]) {
            await using bench = await openBench(dialect, transport);
            bench.faults.set({ fault: { kind: "redirect", code, ...(to !== undefined && { to }) } });

            expect(await outcomeOf(bench, mode)).toMatchObject({ error: { code: "upstream_redirect" } });
            expect(bench.journal.entries()).toHaveLength(1);
          }
        }
        expect(elsewhere.journal.entries()).toEqual([]);
      });

      test("[PRV-14] [vector 17] what looks like the end does not end the text", async () => {
        await using bench = await openBench(dialect, transport);
        bench.faults.set({ fault: { kind: "done-inside-string" } });

        expect(await outcomeOf(bench, mode)).toMatchObject({
          text: expect.stringMatching(/^Before\. .+ After\.$/su),
        });
      });

      test.each(["error", "body", "header"] as const)(
        "[PRV-13] [vector 60] a key that comes back in the %s goes no further",
        async (where) => {
          await using bench = await openBench(dialect, transport);
          bench.faults.set({ fault: { kind: "echo-authorization", where } });

          const outcome = await outcomeOf(bench, mode);

          expect(printed(bench, outcome)).not.toContain(canaryKey);
        },
      );
    });
  });
});

describe.each(dialects)("what compresses although nobody asked %s", (dialect) => {
  describe.each(["streamed", "whole"] as const)("%s", (mode) => {
    test("[PRV-10] a bomb is refused before a byte is decoded", async () => {
      for (const encoding of ["gzip", "br", "deflate"] as const) {
        await using bench = await openBench(dialect, "undici");
        bench.faults.set({ fault: { kind: "gzip-bomb", encoding, megabytes: 64 } });

        expect(await outcomeOf(bench, mode)).toMatchObject({ error: { code: "upstream_invalid_response" } });
      }
    });

    test("[PRV-10] a bomb ends at the limits where the platform decodes by itself", async () => {
      await using bench = await openBench(dialect, "fetch");
      bench.faults.set({ fault: { kind: "gzip-bomb", megabytes: 256 } });

      expect(await outcomeOf(bench, mode)).toMatchObject({ error: { code: "upstream_invalid_response" } });
    });

    test.each(transports)("[PRV-11] five thousand encodings are refused over %s", async (transport) => {
      await using bench = await openBench(dialect, transport);
      bench.faults.set({ fault: { kind: "content-encoding-chain" } });

      expect(await outcomeOf(bench, mode)).toMatchObject({ error: { code: "upstream_invalid_response" } });
    });
  });
});

describe.each(transports)("Azure by Entra ID over %s", (transport) => {
  describe.each(["streamed", "whole"] as const)("%s", (mode) => {
    test("[PRV-7] a refused token is replaced by another one, once", async () => {
      await using bench = await openBench("azure", transport, { auth: "entra" });
      bench.faults.set({ fault: commonFaults.unauthorized, times: 1 });
      expect(await outcomeOf(bench, mode)).toEqual({ text: replyText });
      bench.faults.set({ fault: commonFaults.unauthorized });

      const outcome = await outcomeOf(bench, mode);

      expect(outcome).toMatchObject({ error: { code: "upstream_unauthorized" } });
      expect(printed(bench, outcome)).not.toContain(canaryKey);
      expect(bench.journal.entries().map(({ headers }) => headers["authorization"])).toEqual([
        `Bearer ${canaryKey}-1`,
        `Bearer ${canaryKey}-2`,
        `Bearer ${canaryKey}-2`,
        `Bearer ${canaryKey}-3`,
      ]);
    });

    test("[PRV-12] a redirect takes no token along", async () => {
      await using elsewhere = await openBench("azure", transport, { auth: "entra" });
      await using bench = await openBench("azure", transport, { auth: "entra" });
      bench.faults.set({ fault: { kind: "redirect", code: 307, to: elsewhere.url } });

      expect(await outcomeOf(bench, mode)).toMatchObject({ error: { code: "upstream_redirect" } });
      expect(bench.journal.entries()).toHaveLength(1);
      expect(elsewhere.journal.entries()).toEqual([]);
    });

    test.each(["error", "body", "header"] as const)(
      "[PRV-13] a token that comes back in the %s goes no further",
      async (where) => {
        await using bench = await openBench("azure", transport, { auth: "entra" });
        bench.faults.set({ fault: { kind: "echo-authorization", where } });

        const outcome = await outcomeOf(bench, mode);

        expect(printed(bench, outcome)).not.toContain(canaryKey);
      },
    );
  });
});

describe.each(dialects)("the list of %s", (dialect) => {
  test.each([
    ["[PRV-2] [vector 13] that never comes", { kind: "hang-before-headers" }],
    ["[PRV-3] [vector 13] that comes a byte now and then", { kind: "slow-bytes", everyMs: 20 }],
    ["[PRV-8] that does not end", { kind: "never-ending", everyMs: 5 }],
  ] as const)("%s is given up at its deadline", async (_, fault) => {
    await using bench = await openBench(dialect, "undici", { timeouts: { listMs: 200 } });
    bench.faults.set({ fault });

    await expect(bench.provider.listModels(never)).rejects.toMatchObject({
      code: "upstream_timeout",
      details: { timeoutPhase: "total" },
    });
  });
});

describe.each(dialects)("[PRV-15] [vector 33] lists of %s", (dialect) => {
  test("100,000 models give the first 5,000", async () => {
    await using bench = await openBench(dialect, "undici", { timeouts: { listMs: 20_000 } });
    bench.faults.set({ fault: listFault(dialect, "list-huge") });

    const { models, dropped } = await bench.provider.listModels(never);

    expect([models.length, dropped]).toEqual([5_000, 95_000]);
  });

  test("every model is listed once", async () => {
    await using bench = await openBench(dialect, "undici");
    const { models } = await bench.provider.listModels(never);
    bench.faults.set({ fault: listFault(dialect, "list-duplicates") });

    expect((await bench.provider.listModels(never)).models).toEqual(models);
  });

  test("hostile ids are left out and counted", async () => {
    await using bench = await openBench(dialect, "undici");
    bench.faults.set({ fault: listFault(dialect, "list-hostile-ids") });

    const { models, dropped } = await bench.provider.listModels(never);

    expect(dropped).toBeGreaterThan(0);
    expect(models.every(({ id }) => id.length <= 256 && !/(?:^|\/)\.\.?(?:\/|$)/u.test(id))).toBe(true);
  });
});

describe("[PRV-15] [vector 33] shapes of OpenAI's list", () => {
  test.each(["data", "models", "array", "null", "strings"] as const)("%s", async (shape) => {
    await using bench = await openBench("openai", "undici");
    const { models } = await bench.provider.listModels(never);
    bench.faults.set({ fault: { kind: "list-shape", shape } });

    const ids = (await bench.provider.listModels(never)).models.map(({ id }) => id);

    expect(ids).toEqual(shape === "null" ? [] : models.map(({ id }) => id));
  });
});

/** Azure's deployments are no list of models, which those faults are for. */
function listFault(dialect: Dialect, kind: "list-huge" | "list-duplicates" | "list-hostile-ids"): Fault {
  if (dialect !== "azure") return { kind };
  const hostile = ["../../admin", "..", "a?b", "%2e%2e%2f", "<script>", "x".repeat(10_240), "", 42, null, {}];
  const rewrites: Readonly<Record<typeof kind, (items: readonly object[]) => unknown[]>> = {
    "list-huge": ([first]) =>
      Array.from({ length: 100_000 }, (_, at) => ({ ...first, id: `deployment-${at}` })),
    "list-duplicates": (items) => [...items, ...items],
    "list-hostile-ids": ([first]) => [first, ...hostile.map((id) => ({ ...first, id })), "no object", null],
  };
  return {
    kind: "rewrite-body",
    // safe: what the simulated Azure lists
    rewrite: (body) => ({ data: rewrites[kind]((body as { data: object[] }).data) }),
  };
}

function sameAnswer(text: string): string {
  return text === replyText ? "same answer" : `another answer: ${text}`;
}
