import {
  isDomainError,
  type ChatStreamPart,
  type ConnectionTimeouts,
  type DomainError,
  type Provider,
  type ProviderChatRequest,
} from "@corral/core";
import { fetchTransport } from "@corral/provider-kit";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";
import {
  startSimulatedOllama,
  startSimulatedOpenAI,
  type FaultControl,
  type RequestJournal,
} from "@corral/simulated-providers";

export const dialects = ["ollama", "openai"] as const;
export type Dialect = (typeof dialects)[number];
export const transports = ["undici", "fetch"] as const;
export type TransportName = (typeof transports)[number];

export const canaryKey = "canary-5up3r-s3cret";
export const replyText = "Grüße, 世界 🐎 and all the rest of it";

/** A provider on a simulated server that gives {@link replyText} word by word. */
export type ProviderBench = AsyncDisposable & {
  readonly provider: Provider;
  readonly faults: FaultControl;
  readonly journal: RequestJournal;
  readonly url: string;
  readonly request: ProviderChatRequest;
};

export async function openBench(
  dialect: Dialect,
  transport: TransportName,
  timeouts: ConnectionTimeouts = {},
): Promise<ProviderBench> {
  const reply = () => ({ text: replyText.split(/(?<= )/u) });
  const server =
    dialect === "ollama"
      ? await startSimulatedOllama({ reply })
      : await startSimulatedOpenAI({ reply, profile: "vllm", apiKey: canaryKey });
  const settings = {
    baseUrl: server.url,
    auth: { type: "bearer" as const, key: canaryKey },
    timeouts: { firstByteMs: 4_000, idleMs: 4_000, totalMs: 8_000, listMs: 4_000, ...timeouts },
    transport: transport === "undici" ? createUndiciTransport({ url: server.url }) : fetchTransport,
  };
  const provider = dialect === "ollama" ? createOllamaProvider(settings) : createOpenAIProvider(settings);
  return {
    provider,
    faults: server.faults,
    journal: server.journal,
    url: server.url,
    request: {
      model: dialect === "ollama" ? "llama3.2" : "sim-gpt-small",
      messages: [{ role: "user", content: "Hi" }],
      params: {},
    },
    [Symbol.asyncDispose]: async () => {
      server.faults.clear();
      await server.stop();
      await provider.close();
    },
  };
}

export const never = { signal: new AbortController().signal };

/** The answer's text, or the error it ended with and the parts before. */
export type Outcome =
  | { readonly text: string }
  | { readonly error: DomainError; readonly parts: readonly ChatStreamPart[] };

export async function outcomeOf(
  { provider, request }: ProviderBench,
  mode: "streamed" | "whole",
): Promise<Outcome> {
  const parts: ChatStreamPart[] = [];
  try {
    if (mode === "whole") {
      const { completion } = await provider.chat(request, never);
      return { text: completion.choices[0]?.text ?? "" };
    }
    const { batches } = await provider.streamChat(request, never);
    for await (const batch of batches) parts.push(...batch);
    return { text: parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("") };
  } catch (error) {
    if (isDomainError(error)) return { error, parts };
    throw error;
  }
}
