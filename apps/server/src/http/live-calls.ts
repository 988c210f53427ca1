import type { ServerResponse } from "node:http";
import { DomainError, type Actor, type Authenticator } from "@corral/core";

/** One call to a provider that is under way. Disposing it ends its bookkeeping, not the call. */
export type LiveCall = Disposable & { readonly signal: AbortSignal };

/** Calls that last, to providers and of listeners, so that each ends with its client, with its caller's session or key, and with the server. */
export interface LiveCalls {
  begin(call: { readonly actor: Actor; readonly response: ServerResponse }): LiveCall;
  readonly count: number;
  /** Ends them all: what the drain time did not suffice for. */
  abortAll(reason: DomainError): void;
}

export function createLiveCalls(authenticator: Pick<Authenticator, "watch">): LiveCalls {
  const controllers = new Set<AbortController>();
  return {
    get count() {
      return controllers.size;
    },
    begin({ actor, response }) {
      const controller = new AbortController();
      // Also of an answer that was sent whole: whatever is still under way, nobody can read any more.
      const onClose = () => controller.abort(new DomainError("request_cancelled"));
      const unwatch = authenticator.watch(actor, () =>
        controller.abort(new DomainError("unauthenticated", "Your session or key has ended.")),
      );
      controllers.add(controller);
      response.on("close", onClose);
      if (response.destroyed) onClose();
      return {
        signal: controller.signal,
        [Symbol.dispose]() {
          unwatch();
          controllers.delete(controller);
          response.off("close", onClose);
        },
      };
    },
    abortAll(reason) {
      for (const controller of controllers) controller.abort(reason);
    },
  };
}
