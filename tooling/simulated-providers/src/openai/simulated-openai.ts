import type { FaultControl } from "../faults/fault-control.ts";
import type { RequestJournal } from "../journal/request-journal.ts";
import { defaultReply } from "../reply/default-reply.ts";
import type { Pace } from "../reply/pace.ts";
import type { ReplyFunction } from "../reply/reply.ts";
import { startSimulatedServer, type TlsIdentity } from "../server/simulated-server.ts";
import { Slots } from "../server/slots.ts";
import { toOpenAIDialect } from "./openai-dialect.ts";
import { OpenAIModels, type SimulatedOpenAIModel } from "./openai-models.ts";
import { type OpenAIProfileName, openAIProfiles } from "./openai-profiles.ts";
import { routeOpenAI } from "./openai-router.ts";
import type { OpenAIState } from "./openai-state.ts";
import type { OpenAIProfile } from "./profiles/openai-profile.ts";

export type SimulatedOpenAIOptions = {
  /** 0, the default, picks a free one. */
  port?: number;
  tls?: TlsIdentity;
  /** Default: `sim-gpt-small`, `sim-gpt-large`, `o3-mini` (reasoning), `sim-embed`. */
  models?: (SimulatedOpenAIModel | string)[];
  /** The product to resemble. Default `openai`. */
  profile?: OpenAIProfileName;
  /** Demanded as a bearer token; absent, any caller is served. */
  apiKey?: string;
  pace?: Partial<Pace>;
  reply?: ReplyFunction;
  /** Parallel chats and completions (unlimited), and how many more may wait (0). */
  slots?: number;
  maxQueue?: number;
  journalLimit?: number;
  /** A constant, prebuilt answer to `/v1/chat/completions` unless `"stream":true`; nothing is journaled. */
  benchmark?: boolean;
};

export type SimulatedOpenAI = AsyncDisposable & {
  /** Origin, without `/v1`. */
  url: string;
  /** What a client is given: `url` and `/v1`. */
  baseUrl: string;
  journal: RequestJournal;
  faults: FaultControl;
  setModels: (models: (SimulatedOpenAIModel | string)[]) => void;
  addModel: (model: SimulatedOpenAIModel | string) => void;
  removeModel: (id: string) => void;
  setReply: (reply: ReplyFunction) => void;
  setPace: (pace: Partial<Pace>) => void;
  stop: () => Promise<void>;
};

const defaultModels: SimulatedOpenAIModel[] = [
  { id: "sim-gpt-small", contextLength: 32_768 },
  { id: "sim-gpt-large", contextLength: 131_072 },
  { id: "o3-mini" },
  { id: "sim-embed", kinds: ["embedding"], dimensions: 256 },
];

const benchmarkAnswer = {
  id: "chatcmpl-prebuilt",
  object: "chat.completion",
  created: 1_790_000_000,
  model: "sim-gpt-small",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Prebuilt answer of the simulated OpenAI.", refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 },
};

/** Starts a server that speaks OpenAI's protocol, as OpenAI or a compatible product does, on the loopback address. */
export async function startSimulatedOpenAI(options: SimulatedOpenAIOptions = {}): Promise<SimulatedOpenAI> {
  const profiles: { [name in OpenAIProfileName]: OpenAIProfile } = openAIProfiles;
  const state: OpenAIState = {
    profile: profiles[options.profile ?? "openai"],
    models: new OpenAIModels(options.models ?? defaultModels),
    apiKey: options.apiKey,
    pace: { firstTokenMs: 0, tokenMs: 0, ...options.pace },
    reply: options.reply ?? defaultReply,
    slots: new Slots(options.slots ?? Number.POSITIVE_INFINITY, options.maxQueue ?? 0),
    requestsLeft: 10_000,
  };
  const server = await startSimulatedServer({
    dialect: toOpenAIDialect(state.profile),
    handle: (request) => routeOpenAI(state, request),
    port: options.port,
    tls: options.tls,
    journalLimit: options.journalLimit,
    fastPath: options.benchmark
      ? {
          path: "/v1/chat/completions",
          streamMark: { bytes: Buffer.from('"stream":true'), marksStream: true },
          contentType: "application/json",
          body: Buffer.from(JSON.stringify(benchmarkAnswer)),
        }
      : undefined,
  });
  return {
    url: server.url,
    baseUrl: `${server.url}/v1`,
    journal: server.journal,
    faults: server.faults,
    setModels: (models) => state.models.set(models),
    addModel: (model) => state.models.add(model),
    removeModel: (id) => state.models.remove(id),
    setReply: (reply) => void (state.reply = reply),
    setPace: (pace) => void (state.pace = { ...state.pace, ...pace }),
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}
