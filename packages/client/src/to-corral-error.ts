import type { ApiErrorData, AppRouter } from "@corral/api";
import { TRPCClientError } from "@trpc/client";
import { CorralError, type CorralErrorCode } from "./corral-error.ts";
import { ForeignAnswer } from "./create-fetch.ts";

type Call = { readonly path: string; readonly signal?: AbortSignal | null | undefined };

/** The one place where a failed call becomes a {@link CorralError}. */
export function toCorralError(error: unknown, call: Call): CorralError {
  if (error instanceof CorralError) return error;
  const origin = TRPCClientError.from<AppRouter>(error instanceof Error ? error : new Error(String(error)));
  const data: unknown = origin.data;
  if (isApiErrorData(data)) return fromAnswer(data, origin, call.path);
  return fromSilence(origin, call);
}

/** What the server said. */
export function fromAnswer(
  data: ApiErrorData,
  origin: TRPCClientError<AppRouter>,
  path: string,
): CorralError {
  const { errorCode, httpStatus, remedy, requestId, path: ownPath, ...details } = data;
  return new CorralError(errorCode, origin.message, {
    path: ownPath ?? path,
    status: httpStatus,
    remedy,
    requestId: requestId === "" ? null : requestId,
    details,
    origin,
  });
}

/** The server formats every error of a procedure so; anything else comes from something in between. */
export function isApiErrorData(data: unknown): data is ApiErrorData {
  return typeof data === "object" && data !== null && "errorCode" in data && "remedy" in data;
}

const words = {
  aborted: { message: "The call was aborted.", remedy: "Call again, unless you meant it." },
  timedOut: { message: "No answer came in time.", remedy: "Call again, or allow more time by `timeoutMs`." },
  unreachable: {
    message: "Corral cannot be reached.",
    remedy: "Check that the server runs, and that `url` is its address.",
  },
  invalid: {
    message: "The answer is not one of Corral's, or was cut off.",
    remedy: "Check that `url` is Corral's address, and what a proxy in between does.",
  },
} as const;

function fromSilence(origin: TRPCClientError<AppRouter>, { path, signal }: Call): CorralError {
  const { cause } = origin;
  const response = cause instanceof ForeignAnswer ? cause.response : undefined;
  const make = (code: CorralErrorCode, { message, remedy }: { message: string; remedy: string }) =>
    new CorralError(code, message, {
      path,
      remedy,
      origin,
      status: response?.status ?? null,
      requestId: response?.headers.get("x-request-id") ?? null,
      details: readRetryAfter(response),
    });
  if (signal?.aborted === true || cause?.name === "AbortError") return make("aborted", words.aborted);
  if (cause?.name === "TimeoutError") return make("unreachable", words.timedOut);
  return isNetworkFailure(cause)
    ? make("unreachable", words.unreachable)
    : make("invalid_answer", words.invalid);
}

/** `fetch` says TypeError for whatever is the network's fault; what tRPC says itself is about the answer. */
function isNetworkFailure(cause: Error | undefined): boolean {
  return cause instanceof TypeError;
}

/** What proxies say in seconds, or as a date. */
function readRetryAfter(response: Response | undefined): { retryAfterMs?: number } {
  const text = response?.headers.get("retry-after") ?? "";
  const seconds = Number(text);
  if (text !== "" && seconds >= 0) return { retryAfterMs: seconds * 1_000 };
  const date = Date.parse(text);
  return Number.isNaN(date) ? {} : { retryAfterMs: Math.max(0, date - Date.now()) };
}
