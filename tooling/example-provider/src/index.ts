export { createParrotProvider } from "./parrot-provider.ts";
export type { ParrotProviderSettings } from "./parrot-settings.ts";
