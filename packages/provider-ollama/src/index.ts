export { createOllamaProvider } from "./ollama-provider.ts";
export type { OllamaProviderSettings } from "./ollama-settings.ts";
