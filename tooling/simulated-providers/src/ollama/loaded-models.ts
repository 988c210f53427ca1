import type { InstalledModel } from "./ollama-models.ts";

export type LoadedModel = { model: InstalledModel; expiresAt: number; contextLength: number };

/** Some 292 years, the longest a Go duration can be: how "for ever" looks. */
const foreverMs = 9_223_372_036_854;

/** The models in memory. What has expired is gone when one looks, so no timer is needed. */
export class LoadedModels {
  readonly #loaded = new Map<string, LoadedModel>();

  /** Loads or keeps a model; returns whether it had to be loaded. Negative means for ever. */
  load(model: InstalledModel, keepAliveMs: number, contextLength: number): boolean {
    const isNew = !this.list().some((loaded) => loaded.model.name === model.name);
    const lifetimeMs = keepAliveMs < 0 ? foreverMs : keepAliveMs;
    this.#loaded.set(model.name, { model, expiresAt: Date.now() + lifetimeMs, contextLength });
    return isNew;
  }

  unload(name: string): void {
    this.#loaded.delete(name);
  }

  /** Longest-lived first, as the server lists them. */
  list(): LoadedModel[] {
    for (const [name, { expiresAt }] of this.#loaded) {
      if (expiresAt <= Date.now()) this.#loaded.delete(name);
    }
    return [...this.#loaded.values()].toSorted((left, right) => right.expiresAt - left.expiresAt);
  }
}
