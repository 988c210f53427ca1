import type { OllamaProgress } from "@corral/core";

/** One progress line, as the server wrote it. */
export type TransferEvent = {
  readonly status: string;
  readonly digest: string | undefined;
  readonly totalBytes: number | undefined;
  readonly completedBytes: number | undefined;
};

type Layer = { totalBytes: number; completedBytes: number };

/** More layers than any model has; further ones are not counted. */
const maxLayers = 4_096;

/**
 * Adds up the layers of a transfer.
 *
 * Layers are transferred one after another and their sizes become known as they begin, so the share of what is known
 * falls whenever one begins, and the server counts anew when a transfer is resumed. What is said here never falls.
 */
export class TransferTotal {
  readonly #layers = new Map<string, Layer>();
  #totalBytes = 0;
  #completedBytes = 0;
  #percent = 0;

  push({ status, digest, ...bytes }: TransferEvent): OllamaProgress {
    if (digest !== undefined) this.#count(digest, bytes);
    const isDone = status === "success";
    if (isDone) this.#completedBytes = this.#totalBytes;
    this.#percent = isDone ? 100 : Math.max(this.#percent, this.#share());
    return {
      status,
      phase: phaseOf(status, digest),
      digest: digest ?? null,
      completedBytes: this.#completedBytes,
      totalBytes: this.#totalBytes,
      percent: this.#percent,
    };
  }

  #count(
    digest: string,
    { totalBytes = 0, completedBytes = 0 }: Pick<TransferEvent, "totalBytes" | "completedBytes">,
  ): void {
    let layer = this.#layers.get(digest);
    if (layer === undefined) {
      if (this.#layers.size >= maxLayers) return;
      layer = { totalBytes: 0, completedBytes: 0 };
      this.#layers.set(digest, layer);
    }
    const total = Math.max(layer.totalBytes, totalBytes);
    const completed = Math.max(layer.completedBytes, Math.min(completedBytes, total));
    this.#totalBytes += total - layer.totalBytes;
    this.#completedBytes += completed - layer.completedBytes;
    layer.totalBytes = total;
    layer.completedBytes = completed;
  }

  /** Below 100 until the server says that all is done. */
  #share(): number {
    if (this.#totalBytes === 0) return 0;
    return Math.min(99.9, Math.floor((this.#completedBytes / this.#totalBytes) * 1_000) / 10);
  }
}

const phases: readonly (readonly [RegExp, OllamaProgress["phase"]])[] = [
  [/^success$/u, "done"],
  [/^(?:writing|removing|pushing manifest)/u, "finishing"],
  [/^verifying/u, "verifying"],
  [/^(?:converting|quantizing)/u, "converting"],
];

function phaseOf(status: string, digest: string | undefined): OllamaProgress["phase"] {
  const found = phases.find(([pattern]) => pattern.test(status))?.[1];
  return found ?? (digest === undefined ? "preparing" : "transferring");
}
