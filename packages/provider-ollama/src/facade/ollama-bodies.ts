import { DomainError, jsonObjectSchema, jsonValueSchema } from "@corral/core";
import { z } from "zod";

/*
 * The bodies that Ollama's own clients send, as lenient as Ollama: unknown fields are ignored, `null` counts as absent,
 * and the older `name` stands for `model`. A wrong type is an error.
 */

const text = z.string().nullish();
const flag = z.boolean().nullish();
/** Base64, without the head of a data URL. */
const images = z.array(z.string()).nullish();

const modelFields = { model: text, name: text };

/** Fields of every call of a model. Their values are read where they are converted. */
const callFields = {
  ...modelFields,
  options: jsonObjectSchema.nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
};

const answerFields = {
  ...callFields,
  stream: flag,
  format: jsonValueSchema.nullish(),
  think: z.union([z.boolean(), z.string()]).nullish(),
  truncate: flag,
  shift: flag,
  logprobs: flag,
  top_logprobs: z.number().nullish(),
};

const toolCallSchema = z.object({
  id: text,
  function: z.object({
    index: z.number().nullish(),
    name: z.string(),
    arguments: jsonObjectSchema.nullish(),
  }),
});

const messageSchema = z.object({
  role: z.string(),
  content: text,
  thinking: text,
  images,
  tool_calls: z.array(toolCallSchema).nullish(),
  tool_name: text,
  tool_call_id: text,
});
export type OllamaMessage = z.output<typeof messageSchema>;

const toolSchema = z.looseObject({
  type: z.literal("function").nullish(),
  function: z.looseObject({
    name: z.string(),
    description: text,
    parameters: jsonObjectSchema.nullish(),
  }),
});
export type OllamaTool = z.output<typeof toolSchema>;

/** `POST /api/chat`. */
export const ollamaChatBodySchema = z.object({
  ...answerFields,
  messages: z.array(messageSchema).nullish(),
  tools: z.array(toolSchema).nullish(),
});

/** `POST /api/generate`. */
export const ollamaGenerateBodySchema = z.object({
  ...answerFields,
  prompt: text,
  suffix: text,
  system: text,
  template: text,
  raw: flag,
  context: z.array(z.int()).nullish(),
  images,
});

/** `POST /api/embed`. */
export const ollamaEmbedBodySchema = z.object({
  ...callFields,
  input: z.union([z.string(), z.array(z.string())], { error: "invalid input type" }).nullish(),
  truncate: flag,
  dimensions: z.int().min(0).nullish(),
});

/** `POST /api/embeddings`, the older route for one text. */
export const ollamaEmbeddingsBodySchema = z.object({ ...callFields, prompt: text });

/** `POST /api/show`. */
export const ollamaShowBodySchema = z.object({ ...modelFields, verbose: flag });

export type OllamaAnswerFields = z.output<z.ZodObject<typeof answerFields>>;
export type OllamaCallFields = z.output<z.ZodObject<typeof callFields>>;

/**
 * Reads a body by its schema, with the model it names.
 *
 * @throws DomainError `invalid_input`, in Ollama's words where it has some
 */
export function parseOllamaBody<Body extends z.output<z.ZodObject<typeof modelFields>>>(
  schema: z.ZodType<Body>,
  body: unknown,
): Body & { readonly model: string } {
  if (body === undefined || body === null) throw new DomainError("invalid_input", "missing request body");
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.map((step) => (typeof step === "symbol" ? String(step) : step)),
      message,
    }));
    const [first] = issues;
    const where = first === undefined || first.path.length === 0 ? "body" : first.path.join(".");
    throw new DomainError("invalid_input", `${where}: ${first?.message ?? "has a wrong type"}`, {
      details: { param: where, issues },
    });
  }
  const model = parsed.data.model || parsed.data.name;
  if (!model) throw new DomainError("invalid_input", "model is required", { details: { param: "model" } });
  return { ...parsed.data, model };
}
