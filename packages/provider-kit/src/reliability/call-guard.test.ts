import { isDomainError } from "@corral/core";
import { inOnePiece, serveInProcess, type ScriptedReply } from "@corral/core/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { convertStream } from "../chat/convert-stream.ts";
import { createNdjsonParser, truncatedAnswer } from "../stream/ndjson-parser.ts";
import { UpstreamEndpoint } from "../transport/upstream-endpoint.ts";
import { UploadBody, type UpstreamRequest } from "../transport/upstream-request.ts";
import type { CallGuardSettings } from "./call-guard.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const defaults = { firstByteMs: 60_000, idleMs: 60_000, totalMs: 60_000, listMs: 5_000 };
const { signal } = new AbortController();
const chat = { path: "/chat", body: { model: "m" }, pace: "call", signal } as const;

const good: ScriptedReply = { body: "{}" };
const refused: ScriptedReply = { never: "refused" };
const answered = (status: number, headers: Readonly<Record<string, string>> = {}): ScriptedReply => ({
  status,
  headers,
  body: `{"error":"x"}`,
});

/** An endpoint that answers as told, the last reply again and again. */
async function endpointOf(replies: readonly ScriptedReply[], settings: CallGuardSettings = {}) {
  let asked = 0;
  const next = () => replies[Math.min(asked++, replies.length - 1)] ?? good;
  const { baseUrl, transport, requests } = await serveInProcess(next, inOnePiece);
  const endpoint = new UpstreamEndpoint({ baseUrl, transport, defaults, random: () => 0.5, ...settings });
  /** The answer or the error, with all waiting done; `ms` is how long it took. */
  const ask = async (request: UpstreamRequest = chat) => {
    const startedAt = performance.now();
    const end = endpoint.json(request).then(
      (answer) => ({ answer, ms: performance.now() - startedAt }),
      (error: unknown) => ({ error, ms: performance.now() - startedAt }),
    );
    await vi.runAllTimersAsync();
    return end;
  };
  return {
    endpoint,
    requests,
    ask,
    stateOf: (model: string | null = null) =>
      endpoint.circuits().find((circuit) => circuit.model === model)?.state,
  };
}

describe("a request that failed", () => {
  test("is sent again after a while, and the caller only sees the answer", async () => {
    const { ask, requests } = await endpointOf([refused, answered(503), good]);
    const effort = { attempts: 0, failFast: false };

    const outcome = await ask({ ...chat, effort });

    expect(outcome).toEqual({ answer: {}, ms: 125 + 250 });
    expect([requests.length, effort.attempts]).toEqual([3, 3]);
    expect(requests.map(({ body }) => body)).toEqual(Array(3).fill('{"model":"m"}'));
  });

  test("is given up after three attempts, and the error says so", async () => {
    const { ask, requests } = await endpointOf([answered(502)]);

    expect(await ask()).toMatchObject({
      error: { code: "upstream_error", details: { attempts: 3, upstreamStatus: 502 } },
    });
    expect(requests).toHaveLength(3);
  });

  test("waits as long as the endpoint asks for", async () => {
    const { ask } = await endpointOf([answered(429, { "retry-after": "1" }), good]);

    expect(await ask()).toEqual({ answer: {}, ms: 1_000 });
  });

  test("[vector 51] is not repeated when the endpoint asks for a day, and nobody else tries until then", async () => {
    const { ask, requests, stateOf } = await endpointOf([answered(429, { "retry-after": "86400" })]);

    const [first, second] = [await ask(), await ask()];

    expect(first).toMatchObject({
      error: { code: "upstream_rate_limited", details: { retryAfterMs: 600_000 } },
      ms: 0,
    });
    expect(second).toMatchObject({ error: { code: "upstream_rate_limited" }, ms: 0 });
    expect([requests.length, stateOf("m"), stateOf()]).toEqual([1, "cooling", "closed"]);
  });

  test("[vector 53] is not repeated when the endpoint says that it should not be", async () => {
    const { ask, requests } = await endpointOf([answered(503, { "x-should-retry": "false" })]);

    await ask();

    expect(requests).toHaveLength(1);
  });

  test("is not repeated once it would end after the deadline", async () => {
    const { ask, requests } = await endpointOf([answered(429, { "retry-after": "6" })]);

    expect(await ask({ path: "/models", pace: "list", signal })).toMatchObject({ ms: 0 });
    expect(requests).toHaveLength(1);
  });

  test("leaves its repeats what is left of the deadline", async () => {
    const { ask } = await endpointOf([answered(429, { "retry-after": "3" }), { never: "silent" }]);

    expect(await ask({ path: "/models", pace: "list", signal })).toMatchObject({
      error: { code: "upstream_timeout" },
      ms: expect.closeTo(5_000, -1),
    });
  });

  test("is not repeated where the caller has another place to go, nor where repeats are switched off", async () => {
    const elsewhere = await endpointOf([refused]);
    await elsewhere.ask({ ...chat, effort: { attempts: 0, failFast: true } });
    const off = await endpointOf([refused], { retries: { attempts: 1 } });
    const outcome = await off.ask();

    expect([elsewhere.requests.length, off.requests.length]).toEqual([1, 1]);
    expect(outcome).not.toHaveProperty("error.details.attempts");
  });

  test.each([
    ["an upload", { path: "/blobs", body: new UploadBody(new Uint8Array(3)), pace: "call" }],
    ["a transfer", { path: "/pull", body: { model: "m" }, pace: "transfer" }],
    ["a removal", { path: "/delete", method: "DELETE", body: { model: "m" }, pace: "list" }],
  ] as const)("is not repeated when it is %s", async (_, request) => {
    const { ask, requests } = await endpointOf([refused]);

    await ask({ ...request, signal });

    expect(requests).toHaveLength(1);
  });

  test("[vector 63] is never repeated after the first byte", async () => {
    const { ask, requests } = await endpointOf([{ body: '{"half":', ending: "reset" }]);

    expect(await ask()).toMatchObject({ error: { code: "upstream_truncated" } });
    expect(requests).toHaveLength(1);
  });

  test("is dropped at once when its caller leaves while it waits", async () => {
    const { endpoint, requests } = await endpointOf([answered(429, { "retry-after": "9" })]);
    const caller = new AbortController();
    const call = endpoint.json({ ...chat, signal: caller.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);

    caller.abort();

    expect(await call).toMatchObject({ code: "request_cancelled" });
    expect([requests.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test("[vector 62] is repeated within a budget, so that an outage is not made worse", async () => {
    const { endpoint, requests } = await endpointOf([answered(429)]);

    const calls = Array.from({ length: 200 }, () => endpoint.json(chat).catch(() => {}));
    await vi.runAllTimersAsync();
    await Promise.all(calls);

    expect(requests.length).toBeGreaterThan(200);
    expect(requests.length).toBeLessThanOrEqual(1.1 * 200 + 3);
  });
});

describe("[vector 61] an endpoint that keeps failing", () => {
  test("is not asked for a while, and says for how long", async () => {
    const { ask, requests } = await endpointOf([refused]);
    await ask();
    const second = await ask();
    const third = await ask();

    // the fifth refusal ends the second call, which tells why it failed
    expect(second).toMatchObject({ error: { code: "upstream_unavailable", details: { attempts: 2 } } });
    expect(third).toMatchObject({
      error: {
        code: "circuit_open",
        details: { retryAfterMs: 5_000 },
        message: expect.stringContaining("Nothing listens"),
      },
      ms: 0,
    });
    expect(requests).toHaveLength(5);
  });

  test("is tried by one call after that, without repeats, and by all once two have succeeded", async () => {
    const { ask, requests, stateOf } = await endpointOf([
      refused,
      refused,
      refused,
      refused,
      refused,
      refused,
      good,
    ]);
    await ask();
    await ask();
    await vi.advanceTimersByTimeAsync(5_000);
    const failed = await ask();
    const openAgain = stateOf();
    await vi.advanceTimersByTimeAsync(10_000);

    const states = [];
    for (let call = 0; call < 2; call += 1) {
      await ask();
      states.push(stateOf());
    }

    expect(failed).not.toHaveProperty("error.details.attempts");
    expect([openAgain, ...states]).toEqual(["open", "half_open", "closed"]);
    expect(requests).toHaveLength(8);
  });

  test("is asked for its models all the same, and trusted again when it lists them", async () => {
    const { ask, stateOf } = await endpointOf([refused, refused, refused, refused, refused, good]);
    await ask();
    await ask();

    const list = await ask({ path: "/models", pace: "list", signal });

    expect(list).toMatchObject({ answer: {} });
    expect(stateOf()).toBe("half_open");
    expect(await ask()).toMatchObject({ answer: {} });
    expect(stateOf()).toBe("closed");
  });

  test("is not judged by transfers, which fail for the sake of others", async () => {
    const { ask, stateOf } = await endpointOf([answered(500)]);
    for (let pull = 0; pull < 6; pull += 1) await ask({ path: "/pull", body: {}, pace: "transfer", signal });

    expect(stateOf()).toBe("closed");
  });

  test("is known by answers that are cut off, also where only the reader of the frames can tell", async () => {
    const { endpoint, stateOf } = await endpointOf([{ body: '{"text":"half"}\n' }]);
    for (let call = 0; call < 5; call += 1) {
      const answer = await endpoint.open(chat);
      const converter = {
        isComplete: false,
        push: () => {},
        end: () => {
          throw truncatedAnswer();
        },
      };
      await expect(convertStream(answer, createNdjsonParser(), converter).next()).rejects.toMatchObject({
        code: "upstream_truncated",
      });
    }

    expect([stateOf("m"), stateOf()]).toEqual(["open", "open"]);
  });
});

describe("[vector 11] a bounded number of calls", () => {
  const silentStream: ScriptedReply = { body: "{}\n", ending: "silent" };

  test("frees the place of a call that ends, fails, or is left", async () => {
    const { endpoint, ask } = await endpointOf([good, answered(400), silentStream, good], { concurrency: 1 });
    await ask();
    await ask();
    const left = await endpoint.open(chat);
    await left.next();
    const waiting = endpoint.json(chat);

    await left.return();

    await expect(waiting).resolves.toEqual({});
  });

  test("keeps those who wait from asking an endpoint that has failed meanwhile", async () => {
    const { endpoint, requests } = await endpointOf([answered(401)], { concurrency: 1 });

    const calls = Array.from({ length: 3 }, () => endpoint.json(chat).catch((error: unknown) => error));
    await vi.runAllTimersAsync();

    const codes = (await Promise.all(calls)).map((error) => isDomainError(error) && error.code);
    expect(codes).toEqual(Array(3).fill("upstream_unauthorized"));
    expect(requests).toHaveLength(1);
  });

  test("does not hold up lists", async () => {
    const { endpoint, ask } = await endpointOf([silentStream, good], { concurrency: 1 });
    const running = await endpoint.open(chat);

    expect(await ask({ path: "/models", pace: "list", signal })).toMatchObject({ answer: {} });
    await running.return();
  });
});
