export type { ModelRouter, RoutedModel, RoutedModelState } from "./model-router.ts";
export type { OpenAIDialect } from "./openai-dialect.ts";
export { openaiParamTable } from "./openai-param-table.ts";
export { createOpenAIProvider, type OpenAIProvider } from "./openai-provider.ts";
export type { OpenAIResponseEvent, OpenAIResponses } from "./openai-responses.ts";
export type { OpenAIProviderSettings } from "./openai-settings.ts";
export { serverKinds, type ServerKind } from "./servers/quirks.ts";
export type { ThinkTags } from "./think-tag-splitter.ts";
