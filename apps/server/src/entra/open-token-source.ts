import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type * as Identity from "@azure/identity";
import type { AccessToken, TokenCredential, TokenCredentialOptions } from "@azure/identity";
import { azurePublicCloud, DomainError, type EntraCredential, type Secret } from "@corral/core";
import { assertOutboundUrl, isOutboundAddress } from "@corral/provider-kit";
import { checkedLookup } from "@corral/provider-kit/undici";
import { toEntraError, type Exchange } from "./to-entra-error.ts";

/** Gives a token: the cached one, renewed in the background before it expires, asked for once however many want it. */
export type TokenSource = () => Promise<string>;

export type TokenSourceSettings = {
  readonly credential: EntraCredential;
  readonly clientSecret: Secret | null;
  readonly scope: string;
};

type Policy = NonNullable<TokenCredentialOptions["additionalPolicies"]>[number]["policy"];

const requestTimeoutMs = 10_000;
/** Between two attempts to renew a token that is still good. */
const retryEveryMs = 3_000;

/** Loads `@azure/identity`, which costs 40 MB: nobody pays for it who does not sign in by Entra ID. */
export async function openTokenSource(settings: TokenSourceSettings): Promise<TokenSource> {
  const identity = await import("@azure/identity");
  const { kind } = settings.credential;
  const exchange: Exchange = { refusal: undefined, failure: undefined };
  const orSay = async <Value>(work: () => Value | Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch {
      throw toEntraError(exchange, kind);
    }
  };
  // A machine without the identity says so when the credential is made.
  const credential = await orSay(() => toTokenCredential(identity, settings, exchange));
  const provide = identity.getBearerTokenProvider(neverRejecting(credential), settings.scope);
  return () => orSay(provide);
}

function toTokenCredential(
  identity: typeof Identity,
  { credential, clientSecret }: TokenSourceSettings,
  exchange: Exchange,
): TokenCredential {
  const options = toOptions(credential, exchange);
  // The authority is what an administrator chose, not what Microsoft's public cloud knows of it.
  const authority = { disableInstanceDiscovery: true };
  switch (credential.kind) {
    case "client-secret": {
      const { tenantId, clientId, authorityHost } = credential;
      return new identity.ClientSecretCredential(tenantId, clientId, clientSecret?.reveal() ?? "", {
        ...options,
        ...authority,
        // Said even when it is the default, which a variable could change: a secret goes where it was saved for.
        authorityHost: new URL(authorityHost ?? azurePublicCloud.authorityHost).origin,
      });
    }
    case "workload-identity": {
      const { tenantId, clientId, authorityHost } = credential;
      return new identity.WorkloadIdentityCredential({
        ...options,
        ...authority,
        ...(tenantId !== null && { tenantId }),
        ...(clientId !== null && { clientId }),
        ...(authorityHost !== null && { authorityHost: new URL(authorityHost).origin }),
      });
    }
    case "managed-identity": {
      const { clientId } = credential;
      return new identity.ManagedIdentityCredential({ ...options, ...(clientId !== null && { clientId }) });
    }
  }
}

function toOptions({ kind }: EntraCredential, exchange: Exchange): TokenCredentialOptions {
  // The machine's own identity is asked at a link-local or local address that its platform names, not a person.
  const guard = kind === "managed-identity" ? undefined : isOutboundAddress;
  return {
    additionalPolicies: [{ policy: outboundPolicy(guard, exchange), position: "perRetry" }],
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
  };
}

/** Our own rules for calls that leave the machine, and notes on what they came to. */
function outboundPolicy(isAllowed: typeof isOutboundAddress | undefined, exchange: Exchange): Policy {
  const secure = new HttpsAgent(isAllowed && { lookup: checkedLookup(isAllowed) });
  // Set although it is plain: the library would take a proxy of the environment otherwise.
  const plain = new HttpAgent();
  return {
    name: "corralOutboundPolicy",
    async sendRequest(request, next) {
      exchange.refusal = undefined;
      exchange.failure = undefined;
      try {
        const { origin, protocol } = new URL(request.url);
        if (isAllowed !== undefined) assertAuthority(origin, protocol, isAllowed);
        request.agent = protocol === "https:" ? secure : plain;
        request.timeout = requestTimeoutMs;
        const response = await next(request);
        exchange.refusal = /AADSTS\d{4,8}/u.exec(
          response.status < 400 ? "" : (response.bodyAsText ?? ""),
        )?.[0];
        if (response.status >= 500) exchange.failure = new Error(`status ${response.status}`);
        return response;
      } catch (error) {
        exchange.failure = error;
        throw error;
      }
    },
  };
}

function assertAuthority(origin: string, protocol: string, isAllowed: typeof isOutboundAddress): void {
  if (protocol !== "https:") {
    throw new DomainError("outbound_denied", "The sign-in service must be called over https.");
  }
  assertOutboundUrl(origin, isAllowed);
}

/**
 * Failures become tokens that are none. The library renews in the background and leaves the promise alone, so a
 * rejection there would be nobody's and end the process; and while a token is still good, a failure is no reason to lose it.
 */
function neverRejecting(credential: TokenCredential): TokenCredential {
  const none: AccessToken = { token: "", expiresOnTimestamp: 0 };
  let last = none;
  let failedAt = Number.NEGATIVE_INFINITY;
  return {
    async getToken(scopes, options) {
      const isGood = last.expiresOnTimestamp > Date.now();
      if (isGood && performance.now() - failedAt < retryEveryMs) return last;
      try {
        last = (await credential.getToken(scopes, options)) ?? none;
        return last;
      } catch {
        failedAt = performance.now();
        return isGood ? last : none;
      }
    },
  };
}
