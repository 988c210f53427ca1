import type { Actor } from "@corral/core";
import type { RestCall } from "./rest-route.ts";

/** What ends a call to a provider: the client that leaves, its session or key that ends, the server that stops. */
export function beginCall({
  container,
  actor,
  reply,
}: Pick<RestCall, "container" | "reply"> & { readonly actor: Actor }): AbortSignal {
  const live = container.calls.begin({ actor, response: reply.raw });
  reply.raw.once("close", () => live[Symbol.dispose]());
  return live.signal;
}
