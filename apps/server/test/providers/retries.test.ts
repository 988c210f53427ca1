import { commonFaults, type Fault } from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { dialects, never, openBench, outcomeOf, replyText } from "./provider-bench.ts";

/** Whatever was asked for: one document, which a stream's first and only frame may be, too. */
function errorAtOnce(message: string): Fault {
  const body = JSON.stringify({ error: { message } });
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return { kind: "script", steps: [{ send: `${head}${body}` }, { end: "finish" }] };
}
const failed = "the backend fell over";

const passing: readonly (readonly [title: string, fault: Fault])[] = [
  ["[PRV-1] a reset connection", { kind: "reset-before-headers" }],
  ["[PRV-1] a closed connection", { kind: "close-before-headers" }],
  ["[PRV-7] 500", commonFaults.serverErrorHtml],
  ["[PRV-7] 502", commonFaults.badGatewayHtml],
  ["[PRV-7] 503", commonFaults.unavailable],
  ["[PRV-7] [vector 61] 503 while a model loads", commonFaults.loadingModel],
  ["[PRV-7] 529", commonFaults.overloaded],
  ["[PRV-7] [vector 51] 429 with a hint", commonFaults.rateLimitedMs],
  ["[PRV-7] [vector 52] 429 with a hint that is nonsense", commonFaults.rateLimitedNegative],
  ["[PRV-14] [vector 3] 200 with an error in place of an answer", errorAtOnce(failed)],
  ["[PRV-14] [vector 61] 200 with the news that the model loads", errorAtOnce("Loading model")],
];

const final: readonly (readonly [title: string, fault: Fault])[] = [
  ["[PRV-7] [vector 51] 429 for a day", commonFaults.rateLimitedAbsurd],
  ["[PRV-7] [vector 51] an exhausted account", commonFaults.quotaExhausted],
  ["[PRV-7] 401", commonFaults.unauthorized],
  ["[PRV-7] 403", commonFaults.forbidden],
  ["[PRV-7] 404", commonFaults.notFoundJson],
  ["[PRV-7] a context that is too long", commonFaults.contextTooLong],
  ["[PRV-2] silence", { kind: "hang-before-headers" }],
  ["[PRV-4] [vector 63] a reset after the first byte", { kind: "reset-mid-stream", after: 1 }],
  ["[PRV-4] [vector 63] an end after the first byte", { kind: "close-mid-stream", after: 1 }],
  ["[PRV-5] a web page", { kind: "html-200" }],
  ["[PRV-12] a redirect", { kind: "redirect" }],
  ["[PRV-14] 200 with an exhausted account", errorAtOnce("You exceeded your current quota")],
  [
    "[vector 53] x-should-retry: false",
    { kind: "status", code: 503, headers: { "x-should-retry": "false" } },
  ],
];

// What is repeated does not depend on the transport, see the fault matrix for both.
const transport = "undici";

describe.each(dialects)("%s", (dialect) => {
  describe.each(["streamed", "whole"] as const)("%s", (mode) => {
    test.each(passing)("%s that passes is not noticed", async (_, fault) => {
      await using bench = await openBench(dialect, transport, { retries: {} });
      bench.faults.set({ fault, times: 1 });

      expect(await outcomeOf(bench, mode)).toEqual({ text: replyText });
      expect(bench.journal.entries()).toHaveLength(2);
    });

    test.each(final)("%s is not repeated", async (_, fault) => {
      await using bench = await openBench(dialect, transport, {
        retries: {},
        timeouts: { firstByteMs: 150 },
      });
      bench.faults.set({ fault });

      expect(await outcomeOf(bench, mode)).toHaveProperty("error");
      expect(bench.journal.entries()).toHaveLength(1);
    });
  });

  test("[PRV-14] [vector 63] an error after the first words is not repeated", async () => {
    await using bench = await openBench(dialect, transport, { retries: {} });
    bench.faults.set({ fault: { kind: "error-line-mid-stream", after: 3 } });

    const outcome = await outcomeOf(bench, "streamed");

    expect(outcome).toMatchObject({
      error: { code: "upstream_error" },
      parts: expect.arrayContaining([{ type: "text-delta", choice: 0, text: "Grüße, " }]),
    });
    expect(bench.journal.entries()).toHaveLength(1);
  });

  test("the number of requests is told, of calls that succeed and of those that fail", async () => {
    await using bench = await openBench(dialect, transport, { retries: {} });
    const effort = { attempts: 0, failFast: false };
    bench.faults.set({ fault: commonFaults.unavailable, times: 1 });
    await bench.provider.chat(bench.request, { ...never, effort });
    bench.faults.set({ fault: commonFaults.unavailable });

    expect(await outcomeOf(bench, "whole")).toMatchObject({ error: { details: { attempts: 3 } } });
    expect(effort.attempts).toBe(2);
  });
});

describe.each(dialects)("%s", (dialect) => {
  test("[PRV-18] [vector 64] a socket that died while it was idle costs one repeat that nobody counts", async () => {
    await using bench = await openBench(dialect, "undici", { transport: { connections: 1 } });
    bench.faults.set({ fault: { kind: "reset-on-reuse" } });

    for (const mode of ["streamed", "whole", "streamed"] as const) {
      expect(await outcomeOf(bench, mode)).toEqual({ text: replyText });
    }
    expect(bench.journal.entries().length).toBeGreaterThan(3);
  });

  test("[PRV-7] [vector 62] an outage is not made worse: repeats stay within a tenth of the calls and three", async () => {
    await using bench = await openBench(dialect, "undici", { retries: {} });
    bench.faults.set({ fault: commonFaults.rateLimitedMs });

    await Promise.all(Array.from({ length: 100 }, () => outcomeOf(bench, "whole")));

    expect(bench.journal.entries().length).toBeLessThanOrEqual(1.1 * 100 + 3);
  });

  test.each(["streamed", "whole"] as const)(
    "[PRV-16] of three hundred calls, %s, those beyond the places wait, those beyond the queue are refused at once",
    async (mode) => {
      await using bench = await openBench(dialect, "undici", { concurrency: 2, slots: 1, tokenMs: 5 });

      const outcomes = await Promise.all(Array.from({ length: 300 }, () => outcomeOf(bench, mode)));

      const refused = outcomes.filter((outcome) => "error" in outcome);
      expect(outcomes.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => ({ text: replyText })));
      expect(refused).toHaveLength(294);
      expect(refused[0]).toMatchObject({
        error: { code: "upstream_unavailable", details: { retryAfterMs: 1_000 } },
      });
    },
  );

  test("[PRV-16] [vector 11] a caller that leaves the queue frees its place, and nothing is sent for it", async () => {
    await using bench = await openBench(dialect, "undici", { concurrency: 1 });
    bench.faults.set({ fault: { kind: "never-ending", everyMs: 5 } });
    const running = await bench.provider.streamChat(bench.request, never);
    const leavers = [0, 1].map(() => {
      const caller = new AbortController();
      return { caller, call: bench.provider.chat(bench.request, caller).catch((error: unknown) => error) };
    });
    const refusedWhileFull = await outcomeOf(bench, "whole");
    for (const { caller } of leavers) caller.abort();
    const left = await Promise.all(leavers.map(({ call }) => call));
    bench.faults.clear();
    const next = outcomeOf(bench, "whole");

    await running.batches[Symbol.asyncIterator]().return?.();

    expect(refusedWhileFull).toMatchObject({ error: { code: "upstream_unavailable" } });
    expect(left).toMatchObject([{ code: "request_cancelled" }, { code: "request_cancelled" }]);
    expect(await next).toEqual({ text: replyText });
    expect(bench.journal.entries()).toHaveLength(2);
  });
});

describe.concurrent.each(dialects)("%s", (dialect) => {
  test("[PRV-17] an endpoint that comes and goes is asked little while it is gone, and used again soon after", async ({
    expect,
  }) => {
    await using bench = await openBench(dialect, "undici", { retries: {} });
    const codes = new Map<string, number>();
    const call = async () => {
      const outcome = await outcomeOf(bench, "whole");
      const code = "error" in outcome ? outcome.error.code : "ok";
      codes.set(code, (codes.get(code) ?? 0) + 1);
      return code;
    };
    const callFor = async (forMs: number) => {
      const running: Promise<string>[] = [];
      for (const until = performance.now() + forMs; performance.now() < until;) {
        running.push(call());
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return Promise.all(running);
    };

    const before = await callFor(400);
    bench.faults.set({ fault: { kind: "refuse" } });
    const gone = await callFor(600);
    bench.faults.clear();
    const { retryAfterMs = null } = bench.provider.circuits?.()[0] ?? {};
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs ?? 0));
    const after = await callFor(1_000);

    expect(new Set(before)).toEqual(new Set(["ok"]));
    expect(new Set(gone)).toEqual(new Set(["upstream_unavailable", "circuit_open"]));
    expect(retryAfterMs).toBeGreaterThan(3_000);
    // one probe at a time refuses its neighbors
    expect(after.filter((code) => code === "ok").length / after.length).toBeGreaterThanOrEqual(0.9);
    expect(bench.provider.circuits?.()).toMatchObject([{ state: "closed" }]);
  });
});
