import { DomainError, type ErrorDetails } from "@corral/core";
import { describe, expect, test } from "vitest";
import { toUpstreamError } from "../error/to-upstream-error.ts";
import { CircuitBoard } from "./circuit-board.ts";

const refused = failure({ upstreamClass: "connect" });
const broken = failure({ upstreamClass: "upstream", upstreamStatus: 500 });
/** No jitter: in the middle of its range. */
const random = () => 0.5;

function failure(details: ErrorDetails): DomainError {
  return new DomainError("upstream_unavailable", "It failed.", { details });
}

function boardOf() {
  const board = new CircuitBoard(random);
  return {
    board,
    fail: (times: number, error: DomainError, { now = 0, model = "m" } = {}) => {
      for (let call = 0; call < times; call += 1) {
        board.fail({ model, isProbe: board.pass(model, now) }, now, error);
      }
    },
    succeed: (times: number, { now = 0, model = "m" } = {}) => {
      for (let call = 0; call < times; call += 1) board.succeed(model, now, board.pass(model, now));
    },
    stateAt: (now: number) => board.states(now)[0]?.state,
    mayCall: (now: number, model = "m") => board.findRefusal(model, now) === undefined,
  };
}

describe("[vector 61] the circuit of an endpoint", () => {
  test("opens when half of at least five calls within 30 s have failed", () => {
    const few = boardOf();
    few.fail(4, broken);
    const most = boardOf();
    most.succeed(4);
    most.fail(3, broken);
    const half = boardOf();
    half.succeed(3);
    half.fail(3, broken);

    expect([few, most, half].map(({ mayCall }) => mayCall(1))).toEqual([true, true, false]);
  });

  test("forgets failures that are older than 30 s", () => {
    const { fail, mayCall } = boardOf();
    fail(4, broken, { now: 1_000 });
    fail(1, broken, { now: 32_000 });

    expect(mayCall(32_001)).toBe(true);
  });

  test("opens after five refused connections in a row, however much succeeded before", () => {
    const { succeed, fail, mayCall } = boardOf();
    succeed(1_000);
    fail(4, refused);
    succeed(1);
    fail(4, refused);
    expect(mayCall(1)).toBe(true);

    fail(1, refused);

    expect(mayCall(1)).toBe(false);
  });

  test("refuses calls for 5 s, then twice as long each time, up to 60 s", () => {
    const { board, fail } = boardOf();
    fail(5, refused);
    const pauses: number[] = [];
    let now = 0;
    for (let probe = 0; probe < 6; probe += 1) {
      const pauseMs = board.findRefusal("m", now)?.details?.retryAfterMs ?? 0;
      pauses.push(pauseMs);
      now += pauseMs;
      fail(1, refused, { now });
    }

    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  test("spreads the end of its pause by a tenth in both directions", () => {
    const ends = [0, 0.999].map((value) => {
      const board = new CircuitBoard(() => value);
      for (let call = 0; call < 5; call += 1) board.fail({ model: undefined, isProbe: false }, 0, refused);
      return board.findRefusal(undefined, 0)?.details?.retryAfterMs;
    });

    expect(ends).toEqual([4_500, 5_500]);
  });

  test("then lets one call through at a time, and closes after two that succeed", () => {
    const { board, fail, mayCall, stateAt } = boardOf();
    fail(5, refused);
    const isProbe = board.pass("m", 5_000);
    const whileProbing = mayCall(5_001);
    board.succeed("m", 5_002, isProbe);
    const afterOne = stateAt(5_002);
    board.succeed("m", 5_003, board.pass("m", 5_003));

    expect({ isProbe, whileProbing, afterOne, afterTwo: stateAt(5_003) }).toEqual({
      isProbe: true,
      whileProbing: false,
      afterOne: "half_open",
      afterTwo: "closed",
    });
  });

  test("lets the next call look when the one that should show it was left, or takes a minute", () => {
    const left = boardOf();
    left.fail(5, refused);
    left.board.release("m", left.board.pass("m", 5_000));
    const late = boardOf();
    late.fail(5, refused);
    late.board.pass("m", 5_000);

    expect(left.mayCall(5_001)).toBe(true);
    expect([late.mayCall(64_999), late.mayCall(65_000)]).toEqual([false, true]);
  });

  test("is opened by a refused credential at once, and says so instead of speaking of failures", () => {
    const { board, fail, stateAt } = boardOf();
    fail(1, new DomainError("upstream_unauthorized", undefined, { details: { upstreamClass: "auth" } }));

    expect(stateAt(0)).toBe("misconfigured");
    expect(board.findRefusal("m", 0)).toMatchObject({
      code: "upstream_unauthorized",
      details: { retryAfterMs: 5_000 },
    });
  });

  test("leaves that state when a list succeeds, without waiting", () => {
    const { board, fail, mayCall } = boardOf();
    fail(1, new DomainError("upstream_unauthorized", undefined, { details: { upstreamClass: "auth" } }));

    board.succeed(undefined, 100, true);

    expect(mayCall(100)).toBe(true);
  });

  test("stays away from an exhausted account, and from a rate limit for as long as that says", () => {
    const quota = boardOf();
    quota.fail(1, new DomainError("insufficient_quota", undefined, { details: { upstreamClass: "quota" } }));
    const rate = boardOf();
    rate.fail(1, rateLimited(90_000));
    const short = boardOf();
    short.fail(9, rateLimited(10_000));

    expect([quota.mayCall(59_999, "other"), quota.mayCall(60_000, "other")]).toEqual([false, true]);
    // rates are limited by model
    expect([rate.mayCall(89_999), rate.mayCall(89_999, "other"), rate.mayCall(90_000)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(rate.board.findRefusal("m", 0)).toMatchObject({
      code: "upstream_rate_limited",
      details: { retryAfterMs: 90_000 },
    });
    expect(short.mayCall(1)).toBe(true);
  });

  test("says since when and why", () => {
    const { board, fail } = boardOf();
    fail(5, broken);

    expect(board.states(1)).toMatchObject([
      {
        model: null,
        state: "open",
        since: expect.stringMatching(/^\d{4}-/u),
        retryAfterMs: 4_999,
        errorCode: "upstream_unavailable",
        errorMessage: "It failed.",
        consecutiveFailures: 5,
      },
      { model: "m", state: "open" },
    ]);
    expect(board.findRefusal("m", 1)?.message).toMatch(/given a pause\. The last failure: It failed\./u);
  });
});

describe("[vector 61] the circuit of a model", () => {
  test("does not mind that there is no connection", () => {
    const { board, fail } = boardOf();
    fail(5, refused);

    expect(board.states(0).map(({ model }) => model)).toEqual([null]);
  });

  test("stops its calls while those of the others go on", () => {
    const { succeed, fail, mayCall } = boardOf();
    succeed(6, { model: "good" });
    fail(5, broken, { model: "bad" });

    expect([mayCall(1, "bad"), mayCall(1, "good")]).toEqual([false, true]);
  });

  test("keeps its failures from using up the probes of the endpoint", () => {
    const { fail, mayCall, succeed } = boardOf();
    fail(5, broken, { model: "bad" });
    expect(mayCall(1, "good")).toBe(false);

    succeed(2, { now: 5_000, model: "good" });

    expect(mayCall(5_000, "good")).toBe(true);
  });

  test("is remembered for so many models and no more", () => {
    const { board, fail } = boardOf();
    for (let index = 0; index < 600; index += 1) fail(1, rateLimited(90_000), { model: `model-${index}` });

    expect(board.states(0)).toHaveLength(513);
  });
});

describe("[vector 61] what counts", () => {
  const answered = (status: number, body: unknown) =>
    toUpstreamError({ status, body: JSON.stringify(body), secrets: [] });
  const timedOut = (timeoutPhase: "connect" | "first_byte" | "idle" | "total") =>
    new DomainError("upstream_timeout", undefined, { details: { timeoutPhase, upstreamClass: "timeout" } });

  test.each([
    ["a name that cannot be resolved", failure({ upstreamClass: "dns" }), true],
    ["a certificate that is not trusted", failure({ upstreamClass: "tls" }), true],
    ["a connection that takes too long", timedOut("connect"), true],
    ["silence before the first byte", timedOut("first_byte"), true],
    ["silence later", timedOut("idle"), false],
    ["an answer that takes too long", timedOut("total"), false],
    ["500", answered(500, { error: "panic" }), true],
    ["502", answered(502, {}), true],
    ["504", answered(504, {}), true],
    ["503 of a full queue", answered(503, { error: "server busy, please try again" }), true],
    ["529", answered(529, {}), true],
    ["an answer that is cut off", failure({ upstreamClass: "truncated" }), true],
    ["501", answered(501, { error: { message: "not supported", type: "not_supported_error" } }), false],
    [
      "503 while a model loads",
      answered(503, { error: { message: "Loading model", type: "unavailable_error" } }),
      false,
    ],
    ["400", answered(400, { error: "n must be 1" }), false],
    ["404", answered(404, { error: "model 'x' not found" }), false],
    ["408", answered(408, {}), false],
    ["429", answered(429, { error: { message: "slow down" } }), false],
    ["499", answered(499, { error: "request canceled" }), false],
    [
      "llama.cpp's 500 for a body that is no JSON",
      answered(500, { error: { message: "[json.exception.parse_error.101] parse error at line 1" } }),
      false,
    ],
    [
      "llama.cpp's 500 for an image",
      answered(500, {
        error: {
          message:
            "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
        },
      }),
      false,
    ],
    ["Ollama's 500 for an option", answered(500, { error: 'option "top_k" must be of type integer' }), false],
    ["an answer that makes no sense", failure({ upstreamClass: "protocol" }), false],
    ["a content filter", answered(400, { error: { code: "content_filter", message: "no" } }), false],
    ["a caller that leaves", new DomainError("request_cancelled"), false],
  ] as const)("%s", (_, error, counts) => {
    const { fail, stateAt } = boardOf();

    fail(6, error);

    expect(stateAt(0)).toBe(counts ? "open" : "closed");
  });

  test("a caller that leaves does not break a row of refused connections", () => {
    const { fail, stateAt } = boardOf();
    fail(4, refused);
    fail(1, new DomainError("request_cancelled"));
    fail(1, refused);

    expect(stateAt(0)).toBe("open");
  });
});

function rateLimited(retryAfterMs: number): DomainError {
  return new DomainError("upstream_rate_limited", undefined, {
    details: { upstreamClass: "rate", retryAfterMs },
  });
}
