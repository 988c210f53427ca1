import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

const pollMs = 1_000;
/** Between two attempts to listen again. The poll goes on meanwhile, so nothing is missed. */
const reconnectMs = 1_000;

/** Calls `onHint` at every notification, and every second whether notifications arrive or not. */
export function watchChanges(url: string, onHint: () => void): AsyncDisposable {
  const stop = new AbortController();
  const poll = setInterval(onHint, pollMs);
  const listening = listen(url, onHint, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(poll);
      stop.abort();
      await listening;
    },
  };
}

/** Listens until it is stopped, with a new connection whenever the old one is lost. */
async function listen(url: string, onHint: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await listenOnce(url, onHint, signal).catch(() => undefined);
    await sleep(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
}

async function listenOnce(url: string, onHint: () => void, signal: AbortSignal): Promise<void> {
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
