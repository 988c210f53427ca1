import type { OllamaServer } from "./ollama-server.ts";
import { formatOllamaVersion, type OllamaFeature, type OllamaVersion } from "./ollama-version.ts";

const refusalLifeMs = 6 * 60 * 60_000;
const versionLifeMs = 5 * 60_000;
const rememberedModels = 1_000;

/** What a provider has learned of its server. Nothing is asked on the way of a chat. */
export class OllamaMemory {
  #version: OllamaVersion | undefined;
  #versionUntil = -Infinity;
  /** By model: until when which feature counts as refused. The oldest model is first. */
  readonly #refusals = new Map<string, Map<OllamaFeature, number>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The server said its version, or one that cannot be read. Another one than before may well do what the last refused. */
  learnVersion(version: OllamaVersion | undefined): void {
    if (this.#version !== undefined && textOf(version) !== textOf(this.#version)) this.#refusals.clear();
    this.#version = version;
    this.#versionUntil = this.#now() + versionLifeMs;
  }

  /** Whether it is time to hear the version: the server may have been updated. */
  get isVersionStale(): boolean {
    return this.#versionUntil <= this.#now();
  }

  /** The server refused a feature for a model, and went on without it. Holds for hours. */
  learnRefusal(model: string, feature: OllamaFeature): void {
    const refused = this.#refusals.get(model) ?? new Map<OllamaFeature, number>();
    refused.set(feature, this.#now() + refusalLifeMs);
    this.#refusals.delete(model);
    this.#refusals.set(model, refused);
    const oldest = this.#refusals.keys().next().value;
    if (this.#refusals.size > rememberedModels && oldest !== undefined) this.#refusals.delete(oldest);
  }

  /** What a request for a model should reckon with. */
  serverFor(model: string): OllamaServer {
    const now = this.#now();
    const refused = [...(this.#refusals.get(model) ?? [])].filter(([, until]) => until > now);
    return { version: this.#version, lacks: new Set(refused.map(([feature]) => feature)) };
  }
}

function textOf(version: OllamaVersion | undefined): string {
  return version === undefined ? "" : formatOllamaVersion(version);
}
