import { isDomainError } from "@corral/core";
import { upstreamRequestId, withRequestId } from "../error/upstream-request-id.ts";
import type { FailedSend, GuardedAnswer } from "../reliability/call-guard.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";

/**
 * An answer whose beginning has been read.
 *
 * A class, as accessors of an object literal get V8 a shape of their own each time, which keeps all that they close over
 * until the next collection of old objects: the whole call, for every call.
 */
class BegunAnswer<Begun> implements GuardedAnswer {
  readonly begun: Begun;
  readonly #answer: GuardedAnswer;

  constructor(begun: Begun, answer: GuardedAnswer) {
    this.begun = begun;
    this.#answer = answer;
  }

  get onEnd(): GuardedAnswer["onEnd"] {
    return this.#answer.onEnd;
  }

  set onEnd(listener: GuardedAnswer["onEnd"]) {
    this.#answer.onEnd = listener;
  }
}

/** Reads the beginning. An error in it is that of the request, whatever the status was. */
export async function beginAnswer<Begun>(
  answer: UpstreamAnswer,
  begin: (answer: UpstreamAnswer) => Promise<Begun>,
  secrets: () => readonly string[],
): Promise<BegunAnswer<Begun> | FailedSend> {
  try {
    return new BegunAnswer(await begin(answer), answer);
  } catch (error) {
    if (isDomainError(error))
      return { error: withRequestId(error, upstreamRequestId(answer.headers, secrets())) };
    throw error;
  }
}
