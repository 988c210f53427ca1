import { isDomainError } from "@corral/core";
import { upstreamRequestId, withRequestId } from "../error/upstream-request-id.ts";
import type { FailedSend, GuardedAnswer } from "../reliability/call-guard.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";

/** An answer whose beginning has been read. */
export type BegunAnswer<Begun> = GuardedAnswer & { readonly begun: Begun };

/** Reads the beginning. An error in it is that of the request, whatever the status was. */
export async function beginAnswer<Begun>(
  answer: UpstreamAnswer,
  begin: (answer: UpstreamAnswer) => Promise<Begun>,
  secrets: () => readonly string[],
): Promise<BegunAnswer<Begun> | FailedSend> {
  try {
    const begun = await begin(answer);
    return {
      begun,
      get onEnd() {
        return answer.onEnd;
      },
      set onEnd(listener) {
        answer.onEnd = listener;
      },
    };
  } catch (error) {
    if (isDomainError(error))
      return { error: withRequestId(error, upstreamRequestId(answer.headers, secrets())) };
    throw error;
  }
}
