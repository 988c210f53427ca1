import { DomainError, type OllamaProgress, type OllamaPullJob } from "@corral/core";
import type { RestCall } from "../rest/rest-route.ts";
import { sendLines } from "./send-lines.ts";

type Step = Pick<OllamaProgress, "status" | "digest" | "completedBytes" | "totalBytes" | "phase">;

/** The last line of every transfer that succeeds. */
export const finished = { status: "success" } as const;

/** The job's progress; what failed is thrown. */
export async function* pullSteps(states: AsyncIterable<OllamaPullJob>): AsyncGenerator<Step> {
  for await (const { progress, error, state } of states) {
    if (error !== null) throw new DomainError(error.code, error.message);
    if (state === "cancelled") throw new DomainError("request_cancelled", "The download was cancelled.");
    if (progress !== null) yield progress;
  }
}

/** As lines, or as the last one of them alone. */
export async function answerProgress(
  call: Pick<RestCall, "reply" | "request" | "container"> & {
    readonly body: { readonly stream?: boolean | null | undefined };
  },
  steps: AsyncIterable<Step>,
  signal: AbortSignal,
) {
  if (call.body.stream !== false) return sendLines(call.reply, toLines(call, steps), signal);
  for await (const _ of steps) continue;
  return call.reply.type("application/json; charset=utf-8").send(JSON.stringify(finished));
}

async function* toLines(
  { container, request }: Pick<RestCall, "container" | "request">,
  steps: AsyncIterable<Step>,
): AsyncGenerator<string> {
  try {
    for await (const { status, digest, completedBytes, totalBytes, phase } of steps) {
      if (phase === "done") continue;
      const layer =
        digest === null
          ? {}
          : { digest, total: totalBytes, ...(completedBytes > 0 && { completed: completedBytes }) };
      yield `${JSON.stringify({ status, ...layer })}\n`;
    }
    yield `${JSON.stringify(finished)}\n`;
  } catch (error) {
    const known = container.toDomainError(error);
    container.logFailure(request.log, known);
    yield `${JSON.stringify({ error: known.message })}\n`;
  }
}
