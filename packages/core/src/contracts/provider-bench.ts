import type { ChatStreamPart } from "../chat/chat-stream-part.ts";
import type { ConnectionTimeouts } from "../connection/connection.ts";
import { isDomainError, type DomainError } from "../error/domain-error.ts";
import type { EmbedRequest, Provider, ProviderChatRequest } from "../provider/provider.ts";
import {
  inOnePiece,
  serveInProcess,
  type Chunking,
  type Script,
  type ScriptedReply,
  type ScriptedUpstream,
} from "../testing/scripted-upstream.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

/**
 * The credential that the kit gives to providers. Scenarios repeat it in their errors, as servers do.
 *
 * Long enough to be redacted, shaped like no known kind of key, so that only knowing it can find it.
 */
export const contractKey = "canary~7d1f~contract~key";

/** Deadlines that tests can wait for. */
const timeouts: Required<ConnectionTimeouts> = {
  connectMs: 1_000,
  firstByteMs: 5_000,
  idleMs: 5_000,
  totalMs: 10_000,
  listMs: 5_000,
};

export type ProviderBench = AsyncDisposable & {
  readonly provider: Provider;
  readonly upstream: ScriptedUpstream;
};

export type BenchOptions = { readonly chunking?: Chunking; readonly timeouts?: ConnectionTimeouts };

/** A provider on an endpoint that follows a script. */
export async function openBench(
  options: ProviderContractOptions,
  script: Script | ScriptedReply,
  bench: BenchOptions = {},
): Promise<ProviderBench> {
  const serve = options.serve ?? serveInProcess;
  const upstream = await serve(
    typeof script === "function" ? script : () => script,
    bench.chunking ?? inOnePiece,
  );
  const provider = options.create({
    baseUrl: upstream.baseUrl,
    transport: upstream.transport,
    key: contractKey,
    timeouts: { ...timeouts, ...bench.timeouts },
    retries: { attempts: 1 },
  });
  return {
    provider,
    upstream,
    [Symbol.asyncDispose]: async () => {
      await provider.close();
      await upstream.stop();
    },
  };
}

/** A request that asks for nothing but an answer. */
export const plainRequest: ProviderChatRequest = {
  model: "contract-model",
  messages: [{ role: "user", content: "Say something." }],
  params: {},
};

export const embedRequest: EmbedRequest = { model: "contract-model", input: ["one", "two"] };

export function neverAborted(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

/** Streams a request to its end. */
export async function collectParts(
  provider: Provider,
  request: ProviderChatRequest,
): Promise<ChatStreamPart[]> {
  const { batches } = await provider.streamChat(request, neverAborted());
  const parts: ChatStreamPart[] = [];
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

export function textOf(parts: readonly ChatStreamPart[]): string {
  return parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");
}

/** The `DomainError` that `run` fails with. @throws when it fails otherwise, or not at all. */
export async function failureOf(run: () => Promise<unknown>): Promise<DomainError> {
  try {
    await run();
  } catch (error) {
    if (isDomainError(error)) return error;
    throw new Error("failed with something that is no DomainError", { cause: error });
  }
  throw new Error("did not fail");
}
