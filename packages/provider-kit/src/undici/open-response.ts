import type { Dispatcher } from "undici";
import { ByteQueue } from "./byte-queue.ts";

export type OpenedResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ByteQueue;
};

/**
 * Sends a request and gives its body straight from the socket. `request()` of undici puts a stream in between, whose
 * events cost a relay of many small frames more than all that is done to the frames.
 *
 * @param signal Ends the request at any time: while it waits for a socket, for the headers, and in the middle of the body.
 */
export function openResponse(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<OpenedResponse> {
  if (signal.aborted) return Promise.reject(toError(signal.reason));
  const { promise, resolve, reject } = Promise.withResolvers<OpenedResponse>();
  const body = new ByteQueue();
  let controller: Dispatcher.DispatchController | undefined;
  const onAbort = (): void => {
    reject(signal.reason);
    body.fail(signal.reason);
    controller?.abort(toError(signal.reason));
  };
  const settle = (): void => signal.removeEventListener("abort", onAbort);
  signal.addEventListener("abort", onAbort);
  dispatcher.dispatch(options, {
    onRequestStart(started) {
      controller = started;
      body.reads(started);
      if (signal.aborted) started.abort(toError(signal.reason));
    },
    onResponseStart(_, status, headers) {
      // What comes before the answer, such as 103, is none.
      if (status >= 200) resolve({ status, headers, body });
    },
    onResponseData: (_, chunk) => body.push(chunk),
    onResponseEnd() {
      settle();
      body.end();
    },
    onResponseError(_, error) {
      settle();
      reject(error);
      body.fail(error);
    },
  });
  return promise;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
