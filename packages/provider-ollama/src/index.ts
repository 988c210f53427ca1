export { ollamaParamTable } from "./ollama-param-table.ts";
export { createOllamaProvider, type OllamaProvider } from "./ollama-provider.ts";
export {
  assertAllowedHost,
  formatOllamaName,
  isSameOllamaName,
  ollamaNameKey,
  parseOllamaName,
  type OllamaName,
} from "./ollama-name.ts";
export type { OllamaProviderSettings, OllamaTransferSettings } from "./ollama-settings.ts";
export {
  formatOllamaVersion,
  ollamaFeatures,
  ollamaWarnings,
  parseOllamaVersion,
  supports,
  type OllamaFeature,
  type OllamaVersion,
} from "./ollama-version.ts";
