import { type Answer, type AnswerHeaders, encodeFrame, type Step } from "../server/answer.ts";

type Part = { status: number; headers: AnswerHeaders; steps: AsyncIterable<Step> };

/** An answer as a head and moves on the socket; a body of known length keeps announcing it. */
export function toSteps(answer: Answer): Part | undefined {
  switch (answer.kind) {
    case "whole": {
      const body = Buffer.from(answer.body);
      const headers = { ...answer.headers, "content-length": String(body.length) };
      return { status: answer.status, headers, steps: each([{ send: body }]) };
    }
    case "stream":
      return { status: answer.status, headers: answer.headers, steps: framesToSteps(answer) };
    case "stepped":
      return { status: answer.status, headers: answer.headers, steps: each(answer.steps) };
    case "prefaced":
      return toSteps(answer.answer);
    case "raw":
    default:
      return undefined;
  }
}

/** The same answer with its body's moves changed. */
export function changeSteps(
  answer: Answer,
  change: (steps: AsyncIterable<Step>) => AsyncIterable<Step>,
): Answer {
  const part = toSteps(answer);
  return part ? { ...part, kind: "stepped", steps: change(part.steps) } : answer;
}

/** Sends `after` frames of a stream, or half of a body known whole, and then ends as told. */
export function cut(answer: Answer, after: number, end: "finish" | "close" | "reset" | "hang"): Answer {
  const isStream = answer.kind === "stream";
  return changeSteps(answer, async function* (steps) {
    let sent = 0;
    for await (const step of steps) {
      if (!("send" in step)) continue;
      if (isStream && sent === after) break;
      const bytes = Buffer.from(step.send);
      yield { send: isStream ? bytes : bytes.subarray(0, Math.ceil(bytes.length / 2)) };
      sent += 1;
    }
    yield { end };
  });
}

async function* framesToSteps(answer: Extract<Answer, { kind: "stream" }>): AsyncGenerator<Step> {
  for await (const frame of answer.frames) yield { send: encodeFrame(answer.format, frame) };
}

async function* each(steps: AsyncIterable<Step> | Iterable<Step>): AsyncGenerator<Step> {
  yield* steps;
}
