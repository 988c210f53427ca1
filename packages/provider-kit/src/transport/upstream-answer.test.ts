import { expect, test } from "vitest";
import { CallClock } from "./call-clock.ts";
import { UpstreamAnswer } from "./upstream-answer.ts";

async function* twoChunks(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array([1]);
  yield new Uint8Array([2]);
}

function answerOf(body: AsyncIterable<Uint8Array>) {
  const clock = new CallClock({}, new AbortController().signal);
  return { clock, answer: new UpstreamAnswer({ status: 200, headers: {}, body }, clock) };
}

test("leaving an answer that was read to its end aborts nothing", async () => {
  const { clock, answer } = answerOf(twoChunks());
  for await (const chunk of answer) expect(chunk).toHaveLength(1);

  await answer.return();

  expect(clock.signal.aborted).toBe(false);
});

test("leaving an answer early ends the upstream request", async () => {
  const { clock, answer } = answerOf(twoChunks());
  await answer.next();

  await answer.return();

  expect(clock.signal.reason).toMatchObject({ code: "request_cancelled" });
});

test("[PRV-8] an answer of too many bytes is cut off, and no more of it is fetched", async () => {
  const clock = new CallClock({}, new AbortController().signal);
  const answer = new UpstreamAnswer({ status: 200, headers: {}, body: twoChunks() }, clock, 1);
  const ends: unknown[] = [];
  answer.onEnd = (outcome) => ends.push(outcome);
  await answer.next();

  await expect(answer.next()).rejects.toMatchObject({ code: "upstream_invalid_response" });

  expect(clock.signal.aborted).toBe(true);
  expect(ends).toMatchObject([{ code: "upstream_invalid_response" }]);
});
