import type { FaultControl } from "../faults/fault-control.ts";
import type { RequestJournal } from "../journal/request-journal.ts";
import { defaultReply } from "../reply/default-reply.ts";
import type { ReplyFunction } from "../reply/reply.ts";
import { headerOf } from "../server/simulated-request.ts";
import { startSimulatedServer, type TlsIdentity } from "../server/simulated-server.ts";
import { Slots } from "../server/slots.ts";
import { LoadedModels } from "./loaded-models.ts";
import { ollamaDialect } from "./ollama-dialect.ts";
import { OllamaModels, type SimulatedOllamaModel } from "./ollama-models.ts";
import { routeOllama } from "./ollama-router.ts";
import type { CloudSwitch, OllamaPace, OllamaState } from "./ollama-state.ts";
import { ollamaJson } from "./ollama-wire.ts";
import { type LibraryModel, Registry } from "./registry.ts";

export type SimulatedOllamaOptions = {
  /** 0, the default, picks a free one. */
  port?: number;
  tls?: TlsIdentity;
  /** Installed models. Default: `llama3.2` (tools), `qwen3:8b` (thinking, tools), `llava:7b` (vision), `nomic-embed-text`. */
  models?: (SimulatedOllamaModel | string)[];
  /** What `/api/pull` finds beside the installed models. Default: `tinyllama`, `gemma3:4b`. */
  library?: (LibraryModel | string)[];
  /** Default `0.33.0`; answers change with it where the real server's did. */
  version?: string;
  /** Demanded as a bearer token, as a reverse proxy in front would. */
  apiKey?: string;
  pace?: Partial<OllamaPace>;
  reply?: ReplyFunction;
  /** Parallel inference calls (unlimited), and how many more may wait (512). */
  slots?: number;
  maxQueue?: number;
  keepAliveMs?: number;
  /** Default: not disabled, nowhere set. */
  cloud?: CloudSwitch;
  journalLimit?: number;
  /** A constant, prebuilt answer to `/api/chat` with `"stream":false`; nothing is journaled. */
  benchmark?: boolean;
};

export type SimulatedOllama = AsyncDisposable & {
  url: string;
  journal: RequestJournal;
  faults: FaultControl;
  setModels(models: (SimulatedOllamaModel | string)[]): void;
  addModel(model: SimulatedOllamaModel | string): void;
  removeModel(name: string): void;
  /** Makes a model pullable. */
  addToLibrary(model: LibraryModel | string): void;
  setReply(reply: ReplyFunction): void;
  setPace(pace: Partial<OllamaPace>): void;
  setVersion(version: string): void;
  stop: () => Promise<void>;
};

const defaultModels: SimulatedOllamaModel[] = [
  { name: "llama3.2", capabilities: ["completion", "tools"] },
  {
    name: "qwen3:8b",
    family: "qwen3",
    parameterSize: "8.2B",
    sizeBytes: 5_225_388_164,
    contextLength: 40_960,
    embeddingLength: 4096,
    capabilities: ["completion", "tools", "thinking"],
    modifiedAt: "2026-09-20T09:30:00Z",
  },
  {
    name: "llava:7b",
    parameterSize: "7.2B",
    quantization: "Q4_0",
    sizeBytes: 4_733_363_377,
    contextLength: 32_768,
    embeddingLength: 4096,
    capabilities: ["completion", "vision"],
    modifiedAt: "2026-08-11T10:00:00Z",
  },
  { name: "nomic-embed-text", capabilities: ["embedding"], modifiedAt: "2026-07-02T11:15:00Z" },
];

const benchmarkAnswer = {
  model: "llama3.2",
  created_at: "2026-11-01T00:00:00.123456789Z",
  message: { role: "assistant", content: "Prebuilt answer of the simulated Ollama." },
  done: true,
  done_reason: "stop",
  total_duration: 120_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 12,
  prompt_eval_duration: 19_000_000,
  eval_count: 6,
  eval_duration: 100_000_000,
};

/** Starts a server that speaks Ollama's native protocol on the loopback address. */
export async function startSimulatedOllama(options: SimulatedOllamaOptions = {}): Promise<SimulatedOllama> {
  const state = createState(options);
  const { apiKey } = options;
  const server = await startSimulatedServer({
    dialect: ollamaDialect,
    handle: (request) =>
      apiKey !== undefined && headerOf(request, "authorization") !== `Bearer ${apiKey}`
        ? ollamaJson({ error: "unauthorized" }, 401)
        : routeOllama(state, request),
    port: options.port,
    tls: options.tls,
    journalLimit: options.journalLimit,
    fastPath: options.benchmark
      ? {
          path: "/api/chat",
          streamMark: { bytes: Buffer.from('"stream":false'), marksStream: false },
          contentType: "application/json; charset=utf-8",
          body: Buffer.from(JSON.stringify(benchmarkAnswer)),
        }
      : undefined,
  });
  return {
    url: server.url,
    journal: server.journal,
    faults: server.faults,
    setModels: (models) => state.models.set(models),
    addModel: (model) => void state.models.add(model),
    removeModel: (name) => void state.models.remove(name),
    addToLibrary: (model) => state.registry.add(model),
    setReply: (reply) => void (state.reply = reply),
    setPace: (pace) => void (state.pace = { ...state.pace, ...pace }),
    setVersion: (version) => void (state.version = version),
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  };
}

function createState(options: SimulatedOllamaOptions): OllamaState {
  const models = options.models ?? defaultModels;
  const registry = new Registry();
  for (const model of [...models, ...(options.library ?? ["tinyllama", "gemma3:4b"])]) registry.add(model);
  return {
    version: options.version ?? "0.33.0",
    models: new OllamaModels(models),
    loaded: new LoadedModels(),
    registry,
    pace: { loadMs: 0, firstTokenMs: 0, tokenMs: 0, pullMs: 0, ...options.pace },
    reply: options.reply ?? defaultReply,
    slots: new Slots(options.slots ?? Number.POSITIVE_INFINITY, options.maxQueue ?? 512),
    keepAliveMs: options.keepAliveMs ?? 300_000,
    cloud: options.cloud ?? { disabled: false, source: "none" },
  };
}
