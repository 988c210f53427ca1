import { DomainError, limits } from "@corral/core";
import type { GuardedFetch } from "@corral/identity";
import { assertOutboundUrl, isOutboundAddress } from "@corral/provider-kit";
import { checkedLookup } from "@corral/provider-kit/undici";
import { Agent, fetch } from "undici";
import { assertNotOurselves, type OwnAddress } from "./assert-not-ourselves.ts";
import { isLoopbackHost } from "./http/request-guards.ts";

/**
 * Refuses what must not be an issuer: what Corral never connects to, Corral itself, and plain http to another machine,
 * which anybody on the way could answer.
 *
 * @throws DomainError `outbound_denied`.
 */
export function assertIssuerUrl(text: string, own: OwnAddress): void {
  const url = assertOutboundUrl(text);
  assertNotOurselves(text, own);
  if (url.protocol === "https:" || isLoopbackHost(url.hostname.replace(/^\[|\]$/gu, ""))) return;
  throw new DomainError("outbound_denied", "An identity provider's address must begin with https://.");
}

/**
 * `fetch` for identity providers, whose documents name further addresses: each one and what its name resolves to is
 * checked, redirects are not followed, and an answer is bounded in time and size.
 */
export function createGuardedFetch(
  own: () => OwnAddress,
): { readonly fetch: GuardedFetch } & AsyncDisposable {
  const agent = new Agent({
    connect: { lookup: checkedLookup(isOutboundAddress), timeout: 5_000 },
    maxHeaderSize: limits.upstreamHeaderBytes,
    maxResponseSize: limits.ssoAnswerBytes,
    connections: 8,
    clientTtl: 60_000,
  });
  return {
    async fetch(address, { method, headers, body, signal }) {
      const url = new URL(address);
      assertIssuerUrl(url.origin + url.pathname, own());
      const deadline = AbortSignal.timeout(limits.ssoAnswerMs);
      const answer = await fetch(url.href, {
        method,
        headers: { ...headers, "accept-encoding": "identity" },
        body: body instanceof ReadableStream ? null : (body ?? null),
        redirect: "manual",
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        dispatcher: agent,
      });
      // Read here, where the deadline and the bound hold, and given out as the platform's own kind of answer.
      const text = await answer.text();
      const isEmpty = [101, 204, 205, 304].includes(answer.status);
      return new Response(isEmpty ? null : text, {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
      });
    },
    [Symbol.asyncDispose]: () => agent.close(),
  };
}
