import type { Answer } from "../server/answer.ts";
import { pause } from "../server/pause.ts";
import { changeSteps, cut } from "./answer-steps.ts";
import type { FaultRow } from "./apply-fault.ts";
import type { FaultKind } from "./fault.ts";
import { editFrames } from "./edit-frames.ts";

const reset: Answer = { kind: "raw", steps: [{ end: "reset" }] };
const blanks = " ".repeat(16 * 1024);

/** Silence, resets, slowness, endlessness. */
export const connectionFaults = {
  // Connections alive before the port closed meet a reset instead.
  refuse: () => reset,
  delay: async (fault, { request, handle }) => {
    await pause(fault.waitMs, request.signal);
    return await handle(request);
  },
  "hang-before-headers": () => ({ kind: "raw", steps: [{ end: "hang" }] }),
  "reset-before-headers": () => reset,
  "close-before-headers": () => ({ kind: "raw", steps: [{ end: "close" }] }),
  "reset-on-reuse": (_, { request, handle }) => (request.requestOnSocket > 1 ? reset : handle(request)),
  "hang-mid-stream": async (fault, { request, handle }) =>
    cut(await handle(request), fault.after ?? 2, "hang"),
  "reset-mid-stream": async (fault, { request, handle }) =>
    cut(await handle(request), fault.after ?? 2, "reset"),
  "close-mid-stream": async (fault, { request, handle }) => {
    const answer = cut(await handle(request), fault.after ?? 2, fault.clean ? "finish" : "close");
    if (fault.clean && answer.kind === "stepped") delete answer.headers["content-length"];
    return answer;
  },
  "slow-bytes": async (fault, { request, handle }) =>
    changeSteps(await handle(request), async function* (steps) {
      for await (const step of steps) {
        if (!("send" in step)) {
          yield step;
          continue;
        }
        for (const piece of pieces(step.send, fault.bytes ?? 1)) {
          yield { send: piece };
          yield { waitMs: fault.everyMs ?? 10_000 };
        }
      }
    }),
  "never-ending": async (fault, { request, handle }) => {
    const answer = await handle(request);
    if (answer.kind === "stream") {
      return editFrames(answer, async function* (frames) {
        for await (const frame of frames) {
          yield frame;
          while (frame.kind === "event" && hasContent(frame)) {
            await pause(fault.everyMs ?? 0, request.signal);
            yield frame;
          }
        }
      });
    }
    const endless = changeSteps(answer, async function* (steps) {
      for await (const step of steps) {
        if ("send" in step) yield { send: Buffer.from(step.send).subarray(0, -1) };
      }
      for (;;) {
        yield { send: blanks };
        yield { waitMs: fault.everyMs ?? 0 };
      }
    });
    if (endless.kind === "stepped") delete endless.headers["content-length"];
    return endless;
  },
} satisfies { [K in FaultKind]?: FaultRow<K> };

/** Cuts bytes into pieces of at most `size`. */
export function* pieces(data: string | Uint8Array, size: number): Generator<Buffer> {
  const bytes = Buffer.from(data);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Whether a frame carries text, so that its repetition looks like a model that babbles on. */
function hasContent(frame: object): boolean {
  return /"(?:content|response|text)":"[^"]/.test(JSON.stringify(frame));
}
