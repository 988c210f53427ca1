export { openaiParamTable } from "./openai-param-table.ts";
export { createOpenAIProvider } from "./openai-provider.ts";
export type { OpenAIProviderSettings } from "./openai-settings.ts";
