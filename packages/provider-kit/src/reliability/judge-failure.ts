import type { DomainError, UpstreamFailureClass } from "@corral/core";

/**
 * What a failure says about the endpoint.
 *
 * `connect` and `failed` count against it. `auth` means that the credential has to be mended. `quota` and `rate` mean to
 * stay away for a while. `nothing`: the request was at fault, or it passes by itself.
 */
export type FailureVerdict = "connect" | "failed" | "auth" | "quota" | "rate" | "nothing";

const verdicts: Partial<Record<UpstreamFailureClass, FailureVerdict>> = {
  connect: "connect",
  dns: "connect",
  tls: "connect",
  truncated: "failed",
  overloaded: "failed",
  auth: "auth",
  quota: "quota",
  rate: "rate",
};

export function judgeFailure({ code, details }: DomainError): FailureVerdict {
  if (code === "upstream_timeout" && details?.timeoutPhase !== undefined) {
    if (details.timeoutPhase === "connect") return "connect";
    // Silence later in an answer says more about the question.
    return details.timeoutPhase === "first_byte" ? "failed" : "nothing";
  }
  const kind = details?.upstreamClass;
  // 408 and 499: the endpoint gave up on us, not the other way round.
  if (kind === "timeout" || kind === "upstream")
    return (details?.upstreamStatus ?? 500) >= 500 ? "failed" : "nothing";
  return (kind === undefined ? undefined : verdicts[kind]) ?? "nothing";
}
