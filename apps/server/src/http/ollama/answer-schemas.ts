import { z } from "zod";

/* What Ollama's clients read. */

const nanoseconds = z.int().min(0);
const count = z.int().min(0);
const toolCall = z.object({
  id: z.string(),
  function: z.object({ index: z.int(), name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});
const head = {
  model: z.string().describe("The name that was asked for, whatever answers."),
  created_at: z.iso.datetime(),
  done: z.boolean().describe("`true` in the last line."),
  done_reason: z.enum(["stop", "length", "load", "unload"]).optional(),
  logprobs: z.array(z.looseObject({ token: z.string(), logprob: z.number() })).optional(),
  total_duration: nanoseconds.optional(),
  load_duration: nanoseconds.optional(),
  prompt_eval_count: count.optional(),
  prompt_eval_duration: nanoseconds.optional(),
  eval_count: count.optional(),
  eval_duration: nanoseconds.optional(),
};

export const ollamaMessageSchema = z
  .object({
    ...head,
    message: z.object({
      role: z.literal("assistant"),
      content: z.string(),
      thinking: z.string().optional(),
      tool_calls: z.array(toolCall).optional(),
    }),
  })
  .meta({ id: "OllamaMessage" });
export const ollamaResponseSchema = z
  .object({ ...head, response: z.string(), thinking: z.string().optional() })
  .meta({ id: "OllamaResponse" });

/** How a stream ends that failed under way. */
const failedSchema = z.object({ error: z.string() });
export const messageLineSchema = z.union([ollamaMessageSchema, failedSchema]);
export const responseLineSchema = z.union([ollamaResponseSchema, failedSchema]);

const progressSchema = z.object({
  status: z.string(),
  digest: z.string().optional(),
  total: count.nullish(),
  completed: count.optional(),
});
export const progressLineSchema = z.union([progressSchema, failedSchema]);
/** What is left of the progress where nobody wants to see it. */
export const finishedSchema = z.object({ status: z.literal("success") });

export const ollamaEmbeddingsSchema = z.object({
  model: z.string(),
  embeddings: z.array(z.array(z.number())),
  total_duration: nanoseconds.optional(),
  load_duration: nanoseconds.optional(),
  prompt_eval_count: count.optional(),
});
export const ollamaEmbeddingSchema = z.object({ embedding: z.array(z.number()) });

const details = z.object({
  parent_model: z.string(),
  format: z.string(),
  family: z.string(),
  families: z.array(z.string()).nullable(),
  parameter_size: z.string(),
  quantization_level: z.string(),
  context_length: count.optional(),
});
const named = {
  name: z.string(),
  model: z.string(),
  size: count.nullable(),
  digest: z.string(),
  details,
};
const capabilities = z.array(z.string());

export const ollamaTagsSchema = z.object({
  models: z.array(
    z.object({
      ...named,
      modified_at: z.string().nullable(),
      capabilities: capabilities.optional(),
      urls: z.array(z.int()).optional().describe("Which connections have it, to administrators."),
    }),
  ),
});
export const ollamaRunningSchema = z.object({
  models: z.array(
    z.object({
      ...named,
      size_vram: count.nullable(),
      expires_at: z.string().nullable(),
      context_length: count.optional(),
    }),
  ),
});
export const ollamaShowSchema = z.object({
  modelfile: z.string(),
  parameters: z.string(),
  template: z.string(),
  details,
  model_info: z.record(z.string(), z.unknown()),
  capabilities,
  modified_at: z.string(),
});

const answerHead = { model: "support-bot", created_at: "2026-11-23T12:00:00.000Z" };
const ended = {
  done: true,
  done_reason: "stop",
  total_duration: 412_000_000,
  load_duration: 0,
  prompt_eval_count: 9,
  prompt_eval_duration: 41_000_000,
  eval_count: 2,
  eval_duration: 371_000_000,
};
const described = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "3.2B",
  quantization_level: "Q4_K_M",
};
const known = {
  name: "llama3.2:latest",
  model: "llama3.2:latest",
  size: 2_019_393_189,
  digest: "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
  details: described,
};

/** What answers look like, for the description. */
export const ollamaExamples = {
  message: { ...answerHead, message: { role: "assistant", content: "Hello!" }, ...ended },
  messageLines: toLines(
    { ...answerHead, message: { role: "assistant", content: "Hello!" }, done: false },
    { ...answerHead, message: { role: "assistant", content: "" }, ...ended },
  ),
  response: { ...answerHead, response: "Rayleigh scattering.", ...ended },
  responseLines: toLines(
    { ...answerHead, response: "Rayleigh scattering.", done: false },
    { ...answerHead, response: "", ...ended },
  ),
  progressLines: toLines(
    { status: "pulling manifest" },
    { status: "pulling a80c4f17acd5", digest: "sha256:a80c4f17acd5", total: 2_019_393_189, completed: 1_024 },
    { status: "success" },
  ),
  tags: {
    models: [{ ...known, modified_at: "2026-11-20T09:30:00.000Z", capabilities: ["completion", "tools"] }],
  },
  running: {
    models: [{ ...known, size_vram: 2_019_393_189, expires_at: "2026-11-23T12:05:00.000Z" }],
  },
  show: {
    modelfile: "",
    parameters: "",
    template: "",
    details: described,
    model_info: { "general.architecture": "llama", "llama.context_length": 131_072 },
    capabilities: ["completion", "tools"],
    modified_at: "2026-11-20T09:30:00.000Z",
  },
} as const;

function toLines(...lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
