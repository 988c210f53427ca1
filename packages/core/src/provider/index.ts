export { circuitStates, type CircuitState } from "./circuit-state.ts";
export { takeEach, type Flow, type Take } from "./flow.ts";
export {
  ollamaCloudStatusSchema,
  ollamaModelInfoSchema,
  ollamaModelSchema,
  ollamaRunningModelSchema,
  ollamaServerVersionSchema,
  type OllamaBlob,
  type OllamaCloudStatus,
  type OllamaCreateRequest,
  type OllamaKeepAlive,
  type OllamaManagement,
  type OllamaModel,
  type OllamaModelInfo,
  type OllamaPullRequest,
  type OllamaPulls,
  type OllamaRunningModel,
  type OllamaServerVersion,
} from "./ollama-management.ts";
export {
  ollamaProgressSchema,
  ollamaPullJobSchema,
  type OllamaProgress,
  type OllamaPullJob,
} from "./ollama-transfer.ts";
export type { ProviderFactory, ProviderTarget } from "./provider-factory.ts";
export type {
  CallEffort,
  CallOptions,
  EmbedAnswer,
  EmbedRequest,
  ParamNote,
  Provider,
  ProviderChatAnswer,
  ProviderChatRequest,
  ProviderCompletionRequest,
  ProviderChatStream,
  ProviderHealth,
  ProviderModel,
  ProviderModelList,
  ProviderPreview,
} from "./provider.ts";
export {
  createProviderRegistry,
  toProviderTarget,
  type LiveConnection,
  type ProviderRegistry,
} from "./provider-registry.ts";
