export { fromOllamaChat, type OllamaChatRequest, type OllamaLoadRequest } from "./from-ollama-chat.ts";
export {
  fromOllamaEmbed,
  fromOllamaEmbeddings,
  fromOllamaShow,
  type OllamaEmbedRequest,
} from "./from-ollama-embed.ts";
export { fromOllamaGenerate, type OllamaGenerateRequest } from "./from-ollama-generate.ts";
export {
  ollamaChatBodySchema,
  ollamaEmbedBodySchema,
  ollamaEmbeddingsBodySchema,
  ollamaGenerateBodySchema,
  ollamaShowBodySchema,
} from "./ollama-bodies.ts";
export { OllamaLineEncoder, type OllamaLineOptions } from "./ollama-line-encoder.ts";
export {
  toOllamaAnswer,
  toOllamaLoadAnswer,
  type OllamaAnswerHead,
  type OllamaTiming,
} from "./to-ollama-answer.ts";
export { toOllamaEmbedding, toOllamaEmbeddings } from "./to-ollama-embeddings.ts";
export { toOllamaError, toOllamaErrorLine, type OllamaErrorBody } from "./to-ollama-error.ts";
export { toOllamaLines } from "./to-ollama-lines.ts";
export { toOllamaShow, toOllamaTag, type OfferedModel } from "./to-ollama-model.ts";
