import type { Answer, Frame, Step } from "../server/answer.ts";
import { isJsonObject, toJsonObject } from "../server/json-object.ts";
import { changeSteps } from "./answer-steps.ts";
import type { FaultContext, FaultRow } from "./apply-fault.ts";
import { pieces } from "./connection-faults.ts";
import { editFrames } from "./edit-frames.ts";
import type { FaultKind } from "./fault.ts";

const defaultMessage = "Simulated failure in the middle of the stream.";

/** What is wrong with the frames of a stream; answers that are no stream pass unchanged unless a row says otherwise. */
export const streamFaults = {
  "error-line-mid-stream": (fault, context) =>
    interrupt(context, fault.after ?? 2, ({ dialect }) => {
      const body = JSON.stringify(dialect.errorBody(500, fault.message ?? defaultMessage));
      return { kind: "event", raw: dialect.format === "sse" ? `${body}\n\n` : `${body}\n` };
    }),
  "sse-error-event": (fault, context) =>
    interrupt(context, fault.after ?? 2, ({ dialect }) => {
      const value = toJsonObject([dialect.errorBody(500, fault.message ?? defaultMessage)].flat()[0]);
      if (fault.how === "event") {
        return { kind: "event", raw: `event: error\ndata: ${JSON.stringify(value)}\n\n` };
      }
      if (fault.how !== "chunk") return { kind: "event", value };
      const choices = [{ index: 0, delta: { content: "" }, finish_reason: "error" }];
      return { kind: "event", value: { object: "chat.completion.chunk", choices, ...value } };
    }),
  "sse-fields": (_, context) =>
    edit(context, (frame, index) => [
      { kind: "event", raw: `event: message\nid: ${index}\nretry: 10\n` },
      frame,
    ]),
  comments: (_, context) =>
    edit(context, (frame) => [
      { kind: "event", raw: context.dialect.format === "sse" ? ": OPENROUTER PROCESSING\n\n" : "\n" },
      frame,
    ]),
  "line-endings": async (fault, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind !== "stream") return answer;
    const eol = fault.eol === "crlf" ? "\r\n" : "\r";
    return changeSteps(answer, (steps) =>
      eachSend(steps, (text) => [{ send: text.toString("utf8").replaceAll("\n", eol) }]),
    );
  },
  "split-every-n-bytes": async (fault, { request, handle }) =>
    changeSteps(await handle(request), (steps) =>
      eachSend(steps, (bytes) =>
        [...pieces(bytes, fault.bytes ?? 1)].flatMap((piece): Step[] => [{ send: piece }, { waitMs: 0 }]),
      ),
    ),
  "done-inside-string": (_, { request, handle, dialect }) =>
    handle({ ...request, reply: () => ({ text: ["Before. ", dialect.falseEnd, " After."] }) }),
  "two-dones": (_, context) => edit(context, (frame) => (frame.kind === "done" ? [frame, frame] : [frame])),
  "missing-done": (fault, context) =>
    edit(context, (frame) => {
      const isDropped = frame.kind === "done" || (fault.finish === true && frame.kind !== "event");
      return isDropped ? [] : [frame];
    }),
  "done-with-payload": async (_, { request, handle, dialect }) =>
    editFrames(await handle(request), async function* (frames) {
      let held: Frame | undefined;
      for await (const frame of frames) {
        const isEnd = frame.kind === "finish" || (frame.kind === "done" && "value" in frame);
        if (isEnd && held && "value" in held && "value" in frame) {
          yield { ...frame, value: dialect.mergeIntoEnd(held.value, frame.value) };
          held = undefined;
          continue;
        }
        if (held) yield held;
        held = frame;
      }
      if (held) yield held;
    }),
  "rewrite-frames": (fault, context) =>
    edit(context, (frame, index) => {
      if ("raw" in frame) return [frame];
      return fault.rewrite(frame.value, index).map((value) => toFrame(frame, value));
    }),
} satisfies { [K in FaultKind]?: FaultRow<K> };

function toFrame({ kind }: Frame, value: unknown): Frame {
  return isJsonObject(value) ? { kind, value } : { kind, raw: String(value) };
}

async function edit(
  { request, handle }: FaultContext,
  change: (frame: Frame, index: number) => Frame[],
): Promise<Answer> {
  return editFrames(await handle(request), async function* (frames) {
    let index = 0;
    for await (const frame of frames) {
      yield* change(frame, index);
      index += 1;
    }
  });
}

async function interrupt(
  context: FaultContext,
  after: number,
  last: (context: FaultContext) => Frame,
): Promise<Answer> {
  return editFrames(await context.handle(context.request), async function* (frames) {
    let sent = 0;
    if (after > 0) {
      for await (const frame of frames) {
        yield frame;
        sent += 1;
        if (sent === after) break;
      }
    }
    yield last(context);
  });
}

async function* eachSend(
  steps: AsyncIterable<Step>,
  change: (bytes: Buffer) => Step[],
): AsyncGenerator<Step> {
  for await (const step of steps) {
    if ("send" in step) yield* change(Buffer.from(step.send));
    else yield step;
  }
}
