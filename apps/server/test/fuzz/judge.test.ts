import { describe, expect, test } from "vitest";
import type { FuzzedDoor } from "./fuzzed-doors.ts";
import { findProblem, type Judged } from "./judge.ts";
import { makeRequest, type FuzzedRequest } from "./make-request.ts";
import { rollMany } from "./dice.ts";
import type { Names } from "./names.ts";
import type { Answer } from "./send-all.ts";

const door: FuzzedDoor = {
  name: "GET /things/:id",
  kind: "route",
  method: "GET",
  path: "/things/:id",
  rows: [],
  body: undefined,
  query: { type: "object", properties: { page: { type: "integer", minimum: 0 }, all: { type: "boolean" } } },
  params: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
  isReading: true,
};
const request: FuzzedRequest = { path: "/things/1", sender: "allowed", isOnRoute: true };
const described: Judged["described"] = {
  find: () => ({ operationId: "things.get", security: [], responses: {} }),
  findProblems: (_, { status }) =>
    [200, 400, 404, 503].includes(status) ? [] : ["the status is not described"],
};

function judge(answer: Partial<Answer>, areProvidersDead = false): string | undefined {
  const whole = { status: 200, code: null, headers: {}, text: "{}", requestId: "", fromMs: 0, toMs: 0 };
  return findProblem({ door, described, areProvidersDead }, request, { ...whole, ...answer });
}

describe("an answer is wrong", () => {
  test.each<readonly [string, Partial<Answer>, RegExp]>([
    ["that never came", { status: 0 }, /no answer/u],
    ["that is a failure of ours", { status: 500, code: "internal" }, /failure of ours/u],
    [
      "of a dead provider, while all are well",
      { status: 503, code: "upstream_unavailable" },
      /failure of ours/u,
    ],
    [
      "whose stream ends in a failure of ours",
      { headers: { "content-type": "text/event-stream" }, text: 'data: {"error":{"code":"internal"}}' },
      /in a stream/u,
    ],
    [
      "that tells of our insides",
      { status: 400, code: "invalid_input", text: 'relation "users"' },
      /insides/u,
    ],
    ["with a code that there is not", { status: 400, code: "bad_things" }, /no bad_things/u],
    ["with the status of another code", { status: 404, code: "invalid_input" }, /not a 404/u],
    ["without a code", { status: 400 }, /without a code/u],
    ["with a status that is not documented", { status: 201 }, /not described/u],
  ])("%s", (_, answer, problem) => {
    expect(judge(answer)).toMatch(problem);
  });
});

test("an answer is right that is documented, and what dead providers cause while they are dead", () => {
  expect(judge({})).toBeUndefined();
  expect(judge({ status: 400, code: "invalid_input" })).toBeUndefined();
  expect(judge({ status: 503, code: "upstream_unavailable" }, true)).toBeUndefined();
  expect(judge({ status: 500, code: "internal" }, true)).toMatch(/failure of ours/u);
});

test("the same seed makes the same requests, another one others", () => {
  // safe: the door names nothing
  const names = { models: ["one"] } as unknown as Names;
  const seeds = [{ params: { id: "1" }, query: { page: 1 }, body: undefined, headers: {} }];
  const make = (seed: number) =>
    rollMany({ seed, count: 50 }, (dice) => makeRequest(door, { dice, names, seeds, documents: [] }));

  expect(make(1)).toStrictEqual(make(1));
  expect(make(2)).not.toStrictEqual(make(1));
  expect(new Set(make(1).map(({ path }) => path)).size).toBeGreaterThan(25);
});
