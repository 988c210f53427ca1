import {
  DomainError,
  errorCodes,
  type ErrorCode,
  type JsonValue,
  type UpstreamFailureClass,
} from "@corral/core";
import { classifyFailure } from "./classify-failure.ts";
import { readErrorText, readErrorValue, type ErrorBody } from "./read-error-body.ts";
import { redact } from "./redact.ts";
import { retryAfterMs } from "./retry-after.ts";
import { upstreamRequestId } from "./upstream-request-id.ts";

const codeOfClass = {
  content_filter: "content_filtered",
  context_length: "context_length_exceeded",
  quota: "insufficient_quota",
  rate: "upstream_rate_limited",
  auth: "upstream_unauthorized",
  permission: "upstream_unauthorized",
  model_not_found: "upstream_not_found",
  endpoint_not_found: "upstream_not_found",
  unsupported_param: "upstream_rejected",
  invalid_request: "upstream_rejected",
  timeout: "upstream_timeout",
  loading: "upstream_unavailable",
  overloaded: "upstream_unavailable",
  upstream: "upstream_error",
  dns: "upstream_unavailable",
  connect: "upstream_unavailable",
  tls: "upstream_unavailable",
  truncated: "upstream_truncated",
  protocol: "upstream_invalid_response",
  redirect: "upstream_redirect",
} as const satisfies Record<UpstreamFailureClass, ErrorCode>;

/** An error that a provider answered, before it is understood. */
export type UpstreamFailure = {
  /** Absent for an error inside a stream. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as text, or an error object that was parsed already. */
  readonly body: string | { readonly json: JsonValue };
  /** Values that must not appear in the error. */
  readonly secrets: readonly string[];
};

/**
 * Turns whatever a provider answers instead of a result into one kind of error.
 *
 * The message is safe for every caller. What the provider wrote is part of it only where the caller can mend the cause;
 * otherwise administrators find it, redacted, under `details.upstreamMessage`.
 */
export function toUpstreamError(failure: UpstreamFailure): DomainError {
  const body =
    typeof failure.body === "string" ? readErrorText(failure.body) : readErrorValue(failure.body.json);
  const status = failure.status ?? statusInside(body);
  const wait = retryAfterMs(failure.headers ?? {}, body.message);
  const kind = classifyFailure({ status, body, retryAfterMs: wait });
  const text = redact(body.message, failure.secrets);
  const requestId = upstreamRequestId(failure.headers ?? {}, failure.secrets);
  return new DomainError(codeOfClass[kind], messageFor(kind, { status: failure.status, text, body }), {
    details: {
      upstreamClass: kind,
      ...(failure.status !== undefined && { upstreamStatus: failure.status }),
      ...(requestId !== undefined && { upstreamRequestId: requestId }),
      ...(text !== "" && { upstreamMessage: text }),
      ...(wait !== undefined && { retryAfterMs: wait }),
      ...(body.param !== undefined && { param: redact(body.param, failure.secrets) }),
      ...(body.signinUrl !== undefined && { signinUrl: body.signinUrl }),
    },
  });
}

/** Errors inside a stream often carry the status as their code. */
function statusInside(body: ErrorBody): number {
  return body.code !== undefined && /^[45]\d\d$/u.test(body.code) ? Number(body.code) : 200;
}

type MessageFacts = { readonly status: number | undefined; readonly text: string; readonly body: ErrorBody };

/** Said instead of the meaning of the code. */
const messages: Partial<Record<UpstreamFailureClass, string>> = {
  permission: "The provider does not permit this with our credential.",
  model_not_found: "The provider does not know this model.",
  endpoint_not_found: "The provider does not know this address. Check the connection's URL.",
  loading: "The provider is still loading the model.",
  overloaded: "The provider is overloaded.",
};

/** Where the caller can mend the cause, the provider's own words help. */
const quoted = new Set<UpstreamFailureClass>([
  "content_filter",
  "context_length",
  "unsupported_param",
  "invalid_request",
]);

function messageFor(kind: UpstreamFailureClass, { status, text, body }: MessageFacts): string {
  if (quoted.has(kind) && text !== "") return `The provider says: ${text}`;
  if (kind === "permission" && status === 403 && body.message === "") {
    return "The provider refused the request with an empty 403. Ollama does so for a Host or Origin it does not allow.";
  }
  if (kind === "upstream" && status !== undefined) return `The provider failed (status ${status}).`;
  return messages[kind] ?? errorCodes[codeOfClass[kind]].meaning;
}
