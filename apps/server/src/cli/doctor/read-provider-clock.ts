import type { Connection } from "@corral/core";
import { toTransportOptions } from "../../to-transport-options.ts";

const noSecrets = { key: null, clientSecret: null, headers: {} } as const;
/** A date tells whole seconds, cut off: on average half a second has gone by. */
const cutOffMs = 500;

/**
 * How far a provider's clock is ahead of ours, by the date of any answer: nothing is signed in for it.
 *
 * @returns `undefined` where none is told, or where a proxy might tell its own.
 */
export async function readProviderClock(
  connection: Connection,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { url, timeouts, adapter, concurrency } = connection;
  if (adapter.proxy !== undefined) return undefined;
  const { createUndiciTransport } = await import("@corral/provider-kit/undici");
  try {
    const target = { url, timeouts, adapter, concurrency, secrets: noSecrets };
    const transport = createUndiciTransport(toTransportOptions(target));
    try {
      const askedMs = Date.now();
      const { headers, body } = await transport({ method: "HEAD", url, headers: {}, signal });
      const answeredMs = Date.now();
      for await (const _ of body) break;
      const toldMs = Date.parse(headers["date"] ?? "");
      return Number.isNaN(toldMs) ? undefined : toldMs + cutOffMs - (askedMs + answeredMs) / 2;
    } finally {
      await transport.close();
    }
  } catch {
    // why it does not answer is said by whoever asks for its models
    return undefined;
  }
}
