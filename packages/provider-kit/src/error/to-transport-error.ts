import { DomainError, isDomainError, type ErrorCode, type UpstreamFailureClass } from "@corral/core";

type Row = readonly [pattern: RegExp, kind: UpstreamFailureClass, code: ErrorCode, message: string];

/** By the codes of Node, undici and OpenSSL. First hit wins. */
const rows: readonly Row[] = [
  [
    /^(?:ENOTFOUND|EAI_\w+|ENODATA)$/u,
    "dns",
    "upstream_unavailable",
    "The provider's host name cannot be resolved.",
  ],
  [
    /^UND_ERR_HEADERS_OVERFLOW$|^HPE_|HTTPParserError/u,
    "protocol",
    "upstream_invalid_response",
    "The provider does not speak valid HTTP.",
  ],
  [
    /^(?:ERR_TLS\w*|ERR_SSL\w*|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO\w+|SELF_SIGNED\w+|EPROTO|HOSTNAME_MISMATCH)$/u,
    "tls",
    "upstream_unavailable",
    "The provider's TLS certificate is not trusted, or it does not speak TLS.",
  ],
  [/^ECONNREFUSED$/u, "connect", "upstream_unavailable", "Nothing listens at the provider's address."],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/u,
    "connect",
    "upstream_unavailable",
    "There is no way to the provider's address.",
  ],
];

/**
 * What a transport threw, as a `DomainError`.
 *
 * @param phase `body` once the response's headers have arrived: a broken connection then means a cut answer.
 */
export function toTransportError(error: unknown, phase: "headers" | "body"): DomainError {
  const chain = causesOf(error);
  const domainError = chain.find(isDomainError);
  if (domainError !== undefined) return domainError;
  const codes = chain.flatMap(codesOf);
  if (phase === "headers" && codes.some((code) => /^(?:UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/u.test(code))) {
    const details = { timeoutPhase: "connect", upstreamClass: "timeout" } as const;
    return new DomainError("upstream_timeout", "The provider's address did not answer in time.", {
      details,
      cause: error,
    });
  }
  // undici's word for it when the server had announced to close the connection.
  if (
    phase === "body" &&
    chain.some((cause) => cause instanceof Error && /Invalid EOF state/u.test(cause.message))
  )
    return brokenOff(error);
  const refusal = chain.map(proxyRefusal).find((status) => status !== undefined);
  if (refusal !== undefined) {
    return new DomainError(
      "upstream_unavailable",
      `The proxy does not connect to the provider (status ${refusal}).`,
      {
        details: { upstreamClass: "connect" },
        cause: error,
      },
    );
  }
  for (const [pattern, upstreamClass, code, message] of rows) {
    if (codes.some((found) => pattern.test(found))) {
      return new DomainError(code, message, { details: { upstreamClass }, cause: error });
    }
  }
  return phase === "body"
    ? brokenOff(error)
    : new DomainError("upstream_unavailable", "The connection to the provider broke before it answered.", {
        details: { upstreamClass: "connect" },
        cause: error,
      });
}

/** undici tells it by its text alone. */
function proxyRefusal(error: unknown): string | undefined {
  return error instanceof Error ? /^Proxy response \((\d{3})\)/u.exec(error.message)?.[1] : undefined;
}

function brokenOff(cause: unknown): DomainError {
  return new DomainError(
    "upstream_truncated",
    "The provider closed the connection in the middle of its answer.",
    {
      details: { upstreamClass: "truncated" },
      cause,
    },
  );
}

/** The error, its causes and the members of aggregates, a few levels deep. */
function causesOf(error: unknown, level = 0): unknown[] {
  if (!(error instanceof Error) || level > 4) return [error];
  const members = error instanceof AggregateError ? error.errors : [];
  return [
    error,
    ...[error.cause, ...members].flatMap((inner) => (inner === undefined ? [] : causesOf(inner, level + 1))),
  ];
}

function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = "code" in error && typeof error.code === "string" ? [error.code] : [];
  return [...code, error.name];
}
