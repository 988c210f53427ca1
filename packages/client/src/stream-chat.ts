import type { ChatEvent, AppRouter } from "@corral/api";
import type { TRPCClient } from "@trpc/client";
import type { inferProcedureInput } from "@trpc/server";
import { CorralError } from "./corral-error.ts";
import { toCorralError } from "./to-corral-error.ts";

export type ChatStreamInput = inferProcedureInput<AppRouter["chat"]["stream"]>;
export type CallOptions = { readonly signal?: AbortSignal };

const path = "chat.stream";

/**
 * The events of an answer. The request is sent when the first is asked for; leaving the loop, by whatever way, ends it
 * at the server and at the provider.
 *
 * @throws CorralError from the iteration; also when the answer ends before it is complete.
 */
export async function* streamChat(
  trpc: TRPCClient<AppRouter>,
  input: ChatStreamInput,
  { signal }: CallOptions = {},
): AsyncGenerator<ChatEvent, void, void> {
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  try {
    yield* await trpc.chat.stream.mutate(input, { signal: either });
  } catch (error) {
    throw error instanceof CorralError ? error : toCorralError(error, { path, signal });
  } finally {
    left.abort();
  }
}
