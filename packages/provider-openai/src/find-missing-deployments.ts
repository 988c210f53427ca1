import { isDomainError, type CallOptions } from "@corral/core";
import type { UpstreamEndpoint } from "@corral/provider-kit";
import { toAzurePath, type AzureAddress } from "./azure-address.ts";
import type { AzureDeployment } from "./azure-settings.ts";

/** Names that are looked for, and how many at a time. */
const [maxNames, concurrency] = [50, 4];

/**
 * Of deployments that were named by hand, those that the resource says it does not have. Whatever else it answers, a
 * limited rate for example, says nothing against a name.
 *
 * Azure answers nobody but its manager whether a deployment exists; a chat without messages, which runs no model, is
 * refused in two different ways.
 */
export async function findMissingDeployments(
  { endpoint, address }: { readonly endpoint: UpstreamEndpoint; readonly address: AzureAddress },
  known: readonly AzureDeployment[],
  { signal }: CallOptions,
): Promise<readonly string[]> {
  const names = known.slice(0, maxNames).map(({ name }) => name);
  const missing = new Set<string>();
  const waiting = names.values();
  const work = async (): Promise<void> => {
    // One iterator for all: each takes the next that nobody has.
    for (const name of waiting) {
      const path = toAzurePath(address, "/chat/completions", name);
      const body = { model: name, messages: [] };
      await endpoint
        .json({ path, body, pace: "list", signal, effort: { attempts: 0, failFast: true } })
        .catch((error: unknown) => {
          signal.throwIfAborted();
          if (!isDomainError(error)) throw error;
          if (error.details?.upstreamClass === "model_not_found") missing.add(name);
        });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, names.length) }, work));
  return names.filter((name) => missing.has(name));
}
