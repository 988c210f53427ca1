import { DomainError, isDomainError, type EntraCredential } from "@corral/core";

/** What the last request to the sign-in service came to; its libraries' errors do not say. */
export type Exchange = {
  /** Code such as `AADSTS7000215`, the only part of the answer that is kept. */
  refusal: string | undefined;
  /** The request itself failed. */
  failure: unknown;
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const reasons: Readonly<Record<string, string>> = {
  AADSTS7000215: "the client secret is wrong; enter the secret's value, not its id",
  AADSTS7000222: "the client secret has expired; make a new one in the app registration",
  AADSTS7000112: "the application is disabled in the tenant",
  AADSTS700016: "the tenant does not know the application; check the client id and the tenant",
  AADSTS90002: "there is no such tenant in this cloud; check the tenant id and the authority",
  AADSTS900023: "the tenant id is not one; enter the directory's id or domain",
  AADSTS500011: "the tenant does not know what the token is for; check the scope",
  AADSTS1002012: "the scope is not one; it must end with /.default",
  AADSTS70011: "the scope is not one; it must end with /.default",
  AADSTS70021: "no federated credential of the application matches this workload",
  AADSTS700213: "no federated credential of the application matches this workload",
  AADSTS700024: "the workload's own token has expired",
};

const unavailable: Readonly<Record<EntraCredential["kind"], string>> = {
  "client-secret": "Microsoft Entra ID gave no token.",
  "workload-identity":
    "This machine has no workload identity: AZURE_FEDERATED_TOKEN_FILE names no token, or tenant and client id are missing.",
  "managed-identity":
    "This machine has no managed identity, or not the one with this client id; it has to run in Azure.",
};

/** Why there is no token, in words for an administrator. No text of the service, which may repeat what we sent. */
export function toEntraError({ refusal, failure }: Exchange, kind: EntraCredential["kind"]): DomainError {
  if (isDomainError(failure)) return failure;
  if (refusal !== undefined) {
    const reason = reasons[refusal];
    const text = reason === undefined ? `(${refusal})` : `(${refusal}): ${reason}`;
    return refused(`Microsoft Entra ID refused the sign-in ${text}.`);
  }
  if (failure !== undefined && kind !== "managed-identity") {
    const isTimeout = failure instanceof Error && failure.name === "AbortError";
    return isTimeout
      ? new DomainError(
          "upstream_timeout",
          "The sign-in service of Microsoft Entra ID did not answer in time.",
          {
            details: { upstreamClass: "timeout" },
          },
        )
      : new DomainError(
          "upstream_unavailable",
          "The sign-in service of Microsoft Entra ID cannot be reached. Check the authority and the network.",
          { details: { upstreamClass: "upstream" } },
        );
  }
  return refused(unavailable[kind]);
}

function refused(message: string): DomainError {
  return new DomainError("upstream_unauthorized", message, { details: { upstreamClass: "auth" } });
}
