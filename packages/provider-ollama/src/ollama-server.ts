import { ollamaFeatures, supports, type OllamaFeature, type OllamaVersion } from "./ollama-version.ts";

/** What is known of the server that a request goes to, as far as it concerns one model. */
export type OllamaServer = {
  /** `undefined` until the server was asked: then it counts as the newest, and its refusals tell more. */
  readonly version: OllamaVersion | undefined;
  /** What it refused although its version did not say so. */
  readonly lacks: ReadonlySet<OllamaFeature>;
};

/** A server that nothing is known of. */
export const unknownServer: OllamaServer = { version: undefined, lacks: new Set() };

export function can({ version, lacks }: OllamaServer, feature: OllamaFeature): boolean {
  return !lacks.has(feature) && supports(version, feature);
}

/** Why a feature is not used, for a note. */
export function whyNot({ lacks }: OllamaServer, feature: OllamaFeature): string {
  return lacks.has(feature) ? "the server refused it" : `needs Ollama ${ollamaFeatures[feature]}`;
}
