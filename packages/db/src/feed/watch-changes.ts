import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

type WatchOptions = {
  readonly pollMs?: number;
  /** Between two attempts to listen. The poll goes on meanwhile, so nothing is missed. */
  readonly reconnectMs?: number;
};

/** Calls `onHint` at every notification, and every second whether notifications arrive or not. */
export function watchChanges(url: string, onHint: () => void, options: WatchOptions = {}): AsyncDisposable {
  const { pollMs = 1_000, reconnectMs = 1_000 } = options;
  const stop = new AbortController();
  const poll = setInterval(onHint, pollMs);
  const listening = listen({ url, onHint, reconnectMs }, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(poll);
      stop.abort();
      await listening;
    },
  };
}

type Listening = { readonly url: string; readonly onHint: () => void; readonly reconnectMs: number };

/** Listens until it is stopped, with a new connection whenever the old one is lost. */
async function listen({ reconnectMs, ...to }: Listening, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await listenOnce(to, signal).catch(() => undefined);
    await sleep(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
}

async function listenOnce(
  { url, onHint }: Omit<Listening, "reconnectMs">,
  signal: AbortSignal,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: "corral-listen",
    connectionTimeoutMillis: 5_000,
    // Notices a server that vanished without a word.
    keepAlive: true,
  });
  const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
  client.on("error", () => lose()).on("end", () => lose());
  client.on("notification", () => onHint());
  signal.addEventListener("abort", () => lose(), { once: true });
  try {
    await client.connect();
    await client.query("listen corral_changes");
    // Whatever was notified while nobody listened.
    onHint();
    if (!signal.aborted) await lost;
  } finally {
    await client.end().catch(() => undefined);
  }
}
