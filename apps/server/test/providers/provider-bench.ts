import { inspect } from "node:util";
import {
  isDomainError,
  type ChatStreamPart,
  type ConnectionTimeouts,
  type DomainError,
  type Provider,
  type ProviderChatRequest,
} from "@corral/core";
import { fetchTransport, type RetrySettings } from "@corral/provider-kit";
import { createUndiciTransport, type UndiciTransportOptions } from "@corral/provider-kit/undici";
import { createOllamaProvider } from "@corral/provider-ollama";
import {
  createAzureOpenAIProvider,
  createOpenAIProvider,
  type OpenAIProviderSettings,
} from "@corral/provider-openai";
import {
  startSimulatedAzure,
  startSimulatedOllama,
  startSimulatedOpenAI,
  type FaultControl,
  type RequestJournal,
  type SimulatedOpenAIOptions,
} from "@corral/simulated-providers";

export const dialects = ["ollama", "openai", "azure"] as const;
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

export type BenchOptions = {
  readonly timeouts?: ConnectionTimeouts | undefined;
  /** Default: one request a call, so that the journal shows what a fault does to it. */
  readonly retries?: RetrySettings;
  readonly concurrency?: number;
  /** Azure alone: by tokens of Entra ID, which all begin with {@link canaryKey}. Default: by key. */
  readonly auth?: "entra";
  /** The server speaks TLS. */
  readonly identity?: { readonly cert: string; readonly key: string };
  /** Of the undici transport. */
  readonly transport?: Omit<UndiciTransportOptions, "url">;
  /** Instead of `127.0.0.1`. */
  readonly host?: string;
  readonly slots?: number;
  /** Between two pieces of its answer. */
  readonly tokenMs?: number;
};

export async function openBench(
  dialect: Dialect,
  transport: TransportName,
  {
    timeouts,
    auth,
    identity,
    transport: transportOptions,
    host,
    slots,
    tokenMs,
    ...options
  }: BenchOptions = {},
): Promise<ProviderBench> {
  const reply = () => ({ text: replyText.split(/(?<= )/u) });
  const setup = {
    reply,
    ...(identity !== undefined && { tls: identity }),
    ...(slots !== undefined && { slots, maxQueue: 1_000 }),
    ...(tokenMs !== undefined && { pace: { tokenMs } }),
  };
  const server = await startServer(dialect, setup, auth);
  const url = host === undefined ? server.url : server.url.replace("127.0.0.1", host);
  const settings = {
    baseUrl: url,
    timeouts: { firstByteMs: 4_000, idleMs: 4_000, totalMs: 8_000, listMs: 4_000, ...timeouts },
    retries: { attempts: 1 },
    ...options,
    transport: transport === "undici" ? createUndiciTransport({ url, ...transportOptions }) : fetchTransport,
  };
  const provider = createProvider(dialect, settings, auth);
  return {
    provider,
    faults: server.faults,
    journal: server.journal,
    url: server.url,
    request: {
      model: chatModels[dialect],
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

type Setup = Pick<SimulatedOpenAIOptions, "reply" | "tls" | "slots" | "maxQueue" | "pace">;

function startServer(dialect: Dialect, setup: Setup, auth: BenchOptions["auth"]) {
  if (dialect === "ollama") return startSimulatedOllama(setup);
  if (dialect === "openai") return startSimulatedOpenAI({ ...setup, profile: "vllm", apiKey: canaryKey });
  if (auth === undefined) return startSimulatedAzure({ ...setup, apiKey: canaryKey });
  return startSimulatedAzure({ ...setup, checkToken: (token) => token.startsWith(canaryKey) });
}

type Settings = Omit<OpenAIProviderSettings, "profile" | "auth">;

function createProvider(dialect: Dialect, settings: Settings, azureAuth: BenchOptions["auth"]): Provider {
  const auth = { type: "bearer", key: canaryKey } as const;
  if (dialect === "ollama") return createOllamaProvider({ ...settings, auth });
  if (dialect === "openai") return createOpenAIProvider({ ...settings, auth });
  let tokens = 1;
  return createAzureOpenAIProvider({
    ...settings,
    auth:
      azureAuth === undefined
        ? { type: "api-key", key: canaryKey }
        : {
            type: "entra",
            getToken: async ({ refresh }) => `${canaryKey}-${refresh ? (tokens += 1) : tokens}`,
          },
    apiVersion: "2024-10-21",
  });
}

const chatModels: Readonly<Record<Dialect, string>> = {
  ollama: "llama3.2",
  openai: "sim-gpt-small",
  azure: "chat-prod",
};
export const embeddingModels: Readonly<Record<Dialect, string>> = {
  ollama: "nomic-embed-text",
  openai: "sim-embed",
  azure: "embed-prod",
};

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

/** All that anyone could log or show of an outcome, causes and circuits included. */
export function printed({ provider }: ProviderBench, outcome: Outcome): string {
  const error = "error" in outcome ? outcome.error : undefined;
  return [
    inspect(outcome, { depth: 12 }),
    JSON.stringify(outcome),
    String(error),
    error?.stack,
    JSON.stringify(provider.circuits?.()),
  ].join("\n");
}
