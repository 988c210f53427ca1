import { DomainError, isDomainError } from "@corral/core";
import { redact } from "../error/redact.ts";
import type { Authorize } from "../transport/authorize.ts";
import type { GetToken } from "./provider-auth.ts";

/** How long a token may take to get, in milliseconds, however long the call may last. */
const tokenDeadlineMs = 10_000;

/**
 * Sends a token with each request. Calls that need one at the same time share it, and so do those whose token was
 * refused: however many they are, another one is asked for once.
 */
export function createTokenAuthorize(getToken: GetToken, scope: string): Authorize {
  let latest: string | undefined;
  let asking: Promise<string> | undefined;
  let refreshing: Promise<string> | undefined;

  async function ask(refresh: boolean): Promise<string> {
    latest = await fetchToken(getToken, { refresh, scope });
    return latest;
  }
  function share(refused: string | undefined): Promise<string> {
    // While a new one is on its way, the cached one is known to be refused.
    if (refreshing !== undefined) return refreshing;
    if (refused === undefined) {
      return (asking ??= ask(false).finally(() => (asking = undefined)));
    }
    // Another call was refused with the same token and has got a new one since.
    if (latest !== undefined && latest !== refused) return Promise.resolve(latest);
    return (refreshing = ask(true).finally(() => (refreshing = undefined)));
  }

  return async ({ refused, signal }) => {
    const token = await untilAborted(share(refused?.["authorization"]?.slice("Bearer ".length)), signal);
    return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
  };
}

async function fetchToken(
  getToken: GetToken,
  { refresh, scope }: { readonly refresh: boolean; readonly scope: string },
): Promise<string> {
  const signal = AbortSignal.timeout(tokenDeadlineMs);
  let token: unknown;
  try {
    token = await untilAborted(getToken({ refresh, scope, signal }), signal);
  } catch (error) {
    if (isDomainError(error)) throw error;
    throw signal.aborted
      ? noToken(`the identity service did not answer within ${tokenDeadlineMs / 1000} s`, error)
      : noToken(reasonOf(error), error);
  }
  // Whoever writes JavaScript may return what the type forbids; "Bearer undefined" helps nobody.
  if (typeof token === "string" && token.trim() !== "") return token;
  throw noToken("the token function gave none");
}

const networkFailure =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|network_error|fetch failed|endpoints_resolution_error/u;

/** By the text: identity libraries wrap the answer in errors without a status. */
function reasonOf(error: unknown): string {
  const text = textOf(error);
  const code = /AADSTS\d{4,8}/u.exec(text)?.[0];
  if (code !== undefined || text.includes("invalid_client")) {
    return `the identity service refused our credentials (${code ?? "invalid_client"})`;
  }
  return networkFailure.test(text) ? "the identity service cannot be reached" : "the token function failed";
}

function noToken(reason: string, cause?: unknown): DomainError {
  const text = cause === undefined ? "" : redact(textOf(cause));
  return new DomainError("upstream_unauthorized", `There is no access token for the provider: ${reason}.`, {
    details: { upstreamClass: "auth", ...(text !== "" && { upstreamMessage: text }) },
    cause,
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Ends the wait, not what is waited for: others may share it. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    // safe: our signals are aborted with errors
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
