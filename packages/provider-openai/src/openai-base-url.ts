import { assertOutboundUrl } from "@corral/provider-kit";

/**
 * The address that paths are appended to. A bare origin gets `/v1`; whoever wrote a path meant it.
 *
 * @throws DomainError `outbound_denied`
 */
export function toOpenAIBaseUrl(baseUrl: string): string {
  const { origin, pathname } = assertOutboundUrl(baseUrl);
  const path = pathname.replace(/(?<!\/)\/+$/u, "");
  return origin + (path === "" ? "/v1" : path);
}

/** Where the server's own API begins, beside OpenAI's. */
export function toServerRoot(baseUrl: string): string {
  return baseUrl.replace(/\/v1$/u, "");
}
