import type { SimulatedOllamaModel } from "./ollama/ollama-models.ts";
import { type SimulatedOllama, startSimulatedOllama } from "./ollama/simulated-ollama.ts";
import type { SimulatedOpenAIModel } from "./openai/openai-models.ts";
import { type SimulatedOpenAI, startSimulatedOpenAI } from "./openai/simulated-openai.ts";
import { demoReply } from "./demo-reply.ts";

export type DemoProviders = AsyncDisposable & {
  ollama: SimulatedOllama;
  openai: SimulatedOpenAI;
  stop: () => Promise<void>;
};

/** About 40 tokens a second, what a small model does on an ordinary machine. */
const tokenMs = 25;

const ollamaModels: SimulatedOllamaModel[] = [
  {
    name: "llama3.2:latest",
    capabilities: ["completion", "tools"],
    license: "Simulated: no weights behind it.",
  },
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

const openaiModels: SimulatedOpenAIModel[] = [
  { id: "sim-gpt-small", ownedBy: "simulated", contextLength: 32_768 },
  { id: "sim-gpt-large", ownedBy: "simulated", contextLength: 131_072 },
  { id: "sim-embed", ownedBy: "simulated", kinds: ["embedding"], dimensions: 256 },
];

/** Starts both providers as `pnpm demo` shows them: plausible models at a plausible pace, every answer labeled. */
export async function startDemoProviders({
  ollamaPort = 0,
  openaiPort = 0,
}: { ollamaPort?: number; openaiPort?: number } = {}): Promise<DemoProviders> {
  const ollama = await startSimulatedOllama({
    port: ollamaPort,
    models: ollamaModels,
    library: ["tinyllama", "gemma3:4b", "phi4-mini", "mistral:7b"],
    pace: { loadMs: 900, firstTokenMs: 180, tokenMs, pullMs: 250 },
    reply: demoReply,
    slots: 4,
    journalLimit: 100,
  });
  let openai: SimulatedOpenAI;
  try {
    openai = await startSimulatedOpenAI({
      port: openaiPort,
      models: openaiModels,
      pace: { firstTokenMs: 220, tokenMs },
      reply: demoReply,
      journalLimit: 100,
    });
  } catch (error) {
    await ollama.stop();
    throw error;
  }
  const stop = async (): Promise<void> => {
    await Promise.all([ollama.stop(), openai.stop()]);
  };
  return { ollama, openai, stop, [Symbol.asyncDispose]: stop };
}
