import { createHash } from "node:crypto";
import { toCanonicalName } from "./model-name.ts";
import { type SimulatedOllamaModel, toInstalledModel } from "./ollama-models.ts";

/** A model that can be pulled, or whose pull ends in `pullError` after the first layer. */
export type LibraryModel = SimulatedOllamaModel & {
  /** Bytes of each layer; weights, template and configuration, if absent. */
  layerBytes?: number[];
  /** Of each layer, how many bytes are on the server's disk already. */
  cachedBytes?: number[];
  /** All layers are reported as one, as the server does for safetensors models. */
  aggregate?: boolean;
  /** How many pulls stop moving in the first layer; their line is repeated until the client goes. */
  stalls?: number;
  pullError?: string;
};

export type Layer = { digest: string; total: number };

/** What can be pulled, and which bytes of it are on this server's disk. */
export class Registry {
  readonly #library = new Map<string, LibraryModel>();
  readonly #completed = new Map<string, number>();
  readonly #stalls = new WeakMap<LibraryModel, number>();
  readonly #uploaded = new Map<string, Uint8Array>();

  add(model: LibraryModel | string): void {
    const entry = typeof model === "string" ? { name: model } : model;
    this.#library.set((toCanonicalName(entry.name) ?? entry.name).toLowerCase(), entry);
    for (const [index, layer] of this.layersOf(entry).entries()) {
      this.#completed.set(layer.digest, entry.cachedBytes?.[index] ?? this.completedOf(layer));
    }
  }

  find(canonical: string): LibraryModel | undefined {
    return this.#library.get(canonical.toLowerCase());
  }

  layersOf(model: LibraryModel): Layer[] {
    const { name, sizeBytes } = toInstalledModel(model);
    const sizes = model.layerBytes ?? [Math.max(1, sizeBytes - 2190), 1429, 761];
    return sizes.map((total, index) => ({ digest: digestOf(`${name}/${index}`), total }));
  }

  completedOf({ digest }: Layer): number {
    return this.#completed.get(digest) ?? 0;
  }

  /** Whether this pull stalls, counted as used. */
  takeStall(model: LibraryModel): boolean {
    const left = this.#stalls.get(model) ?? model.stalls ?? 0;
    this.#stalls.set(model, left - 1);
    return left > 0;
  }

  /** Adds bytes to a layer on disk; several pulls of one layer share them. */
  advance(layer: Layer, bytes: number): number {
    const completed = Math.min(layer.total, this.completedOf(layer) + bytes);
    this.#completed.set(layer.digest, completed);
    return completed;
  }

  hasBlob(digest: string): boolean {
    return this.#uploaded.has(digest);
  }

  addBlob(digest: string, bytes: Uint8Array): void {
    this.#uploaded.set(digest, bytes);
  }

  /** Whether a blob begins like a model file. */
  isModelFile(digest: string): boolean {
    const start = this.#uploaded.get(digest)?.subarray(0, 4);
    return start !== undefined && /^gguf$/i.test(new TextDecoder().decode(start));
  }
}

export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
