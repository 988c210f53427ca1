import { createHash } from "node:crypto";
import type { EntraCredential, Secret } from "@corral/core";
import type { GetToken } from "@corral/provider-kit";
import { openTokenSource, type TokenSource, type TokenSourceSettings } from "./open-token-source.ts";

/** Tokens of Microsoft Entra ID, for all connections together. */
export interface EntraTokens {
  /** One source for each credential and scope, whichever connections share it. */
  getTokenOf(credential: EntraCredential, clientSecret: Secret | null): GetToken;
}

type Slot = { readonly source: Promise<TokenSource>; readonly renewedAtMs: number };

/** More than anybody's connections; a forgotten one is opened again. */
const slotsMax = 200;
/** A token that was refused is renewed, but a provider that refuses every token does not make us ask all the time. */
const renewEveryMs = 5_000;

export function createEntraTokens(): EntraTokens {
  const slots = new Map<string, Slot>();

  const openSlot = (key: string, settings: TokenSourceSettings, renewedAtMs: number): Slot => {
    const slot = { source: openTokenSource(settings), renewedAtMs };
    slots.delete(key);
    slots.set(key, slot);
    // The next caller may try again what failed: the machine may have its identity by then.
    slot.source.catch(() => slots.get(key) === slot && slots.delete(key));
    const [oldest] = slots.keys();
    if (slots.size > slotsMax && oldest !== undefined) slots.delete(oldest);
    return slot;
  };

  return {
    getTokenOf:
      (credential, clientSecret) =>
      async ({ refresh, signal, scope }) => {
        signal.throwIfAborted();
        const settings = { credential, clientSecret, scope };
        const key = keyOf(settings);
        const now = performance.now();
        const held = slots.get(key) ?? openSlot(key, settings, Number.NEGATIVE_INFINITY);
        // The library gives no token up before its time: another one needs another credential.
        const isRenewed = refresh && now - held.renewedAtMs >= renewEveryMs;
        const { source } = isRenewed ? openSlot(key, settings, now) : held;
        return untilAborted(
          source.then((provide) => provide()),
          signal,
        );
      },
  };
}

function keyOf({ credential, clientSecret, scope }: TokenSourceSettings): string {
  const secret = clientSecret && createHash("sha256").update(clientSecret.reveal()).digest("hex");
  return JSON.stringify([credential, scope, secret]);
}

/** Ends the wait, not what is waited for: other calls share it. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
