import { assertOutboundUrl } from "@corral/provider-kit";

/** What a server is known to accept: OpenAI's own fields only, or extensions too. */
export type OpenAIProfile = "openai" | "compatible";

/**
 * The address that paths are appended to. A bare origin gets `/v1`; whoever wrote a path meant it.
 *
 * @throws DomainError `outbound_denied`
 */
export function toOpenAIBaseUrl(baseUrl: string): string {
  const { origin, pathname } = assertOutboundUrl(baseUrl);
  const path = pathname.replace(/\/+$/u, "");
  return origin + (path === "" ? "/v1" : path);
}

/** OpenAI's own hosts refuse unknown fields; everybody else has some of their own. */
export function profileOf(baseUrl: string): OpenAIProfile {
  return /(?:^|\.)api\.openai\.com$/u.test(new URL(baseUrl).hostname) ? "openai" : "compatible";
}
