import { DomainError, type JsonObject, type JsonValue, type OllamaProgress } from "@corral/core";
import {
  asCount,
  asObject,
  asText,
  convertStream,
  createNdjsonParser,
  invalidResponse,
  toUpstreamError,
  truncatedAnswer,
  type StreamConverter,
  type UpstreamEndpoint,
} from "@corral/provider-kit";
import { TransferTotal } from "./transfer-total.ts";

export type TransferRequest = {
  readonly path: "/api/pull" | "/api/push" | "/api/create";
  readonly body: JsonObject;
  /** Lines that say the same for so long are a stall. */
  readonly stallMs: number;
  /** Continues the count of an earlier attempt. */
  readonly total?: TransferTotal;
  readonly signal: AbortSignal;
};

/** Runs a pull, push or create and yields its progress; ends after `phase: "done"`, else throws. */
export async function* readTransfer(
  endpoint: UpstreamEndpoint,
  { path, body, stallMs, total = new TransferTotal(), signal }: TransferRequest,
): AsyncGenerator<OllamaProgress, void> {
  const answer = await endpoint.open({
    path,
    body: { ...body, stream: true },
    pace: "transfer",
    accept: "application/x-ndjson",
    signal,
  });
  const converter = new TransferConverter({ total, stallMs, secrets: endpoint.secrets });
  for await (const batch of convertStream(answer, createNdjsonParser(), converter)) yield* batch;
}

class TransferConverter implements StreamConverter<JsonValue, OllamaProgress> {
  readonly #total: TransferTotal;
  readonly #secrets: readonly string[];
  readonly #stallMs: number;
  #last = "";
  #changedAt = performance.now();
  isComplete = false;

  constructor(options: {
    readonly total: TransferTotal;
    readonly stallMs: number;
    readonly secrets: readonly string[];
  }) {
    this.#total = options.total;
    this.#stallMs = options.stallMs;
    this.#secrets = options.secrets;
  }

  push(line: JsonValue, progress: OllamaProgress[]): void {
    const event = asObject(line);
    if (event === undefined) throw invalidResponse("The provider sent progress that is not an object.");
    if (event["error"] !== undefined)
      throw toUpstreamError({ body: { json: event }, secrets: this.#secrets });
    const status = asText(event["status"]);
    if (status === undefined) return;
    this.#assertMoving(event);
    progress.push(
      this.#total.push({
        status,
        digest: asText(event["digest"]),
        totalBytes: asCount(event["total"]),
        completedBytes: asCount(event["completed"]),
      }),
    );
    this.isComplete = status === "success";
  }

  end(): void {
    if (!this.isComplete) throw truncatedAnswer();
  }

  /** The server repeats its line many times a second whether anything moves or not, so silence does not tell. */
  #assertMoving(event: JsonObject): void {
    const line = JSON.stringify(event);
    const now = performance.now();
    if (line !== this.#last) {
      this.#last = line;
      this.#changedAt = now;
    } else if (now - this.#changedAt > this.#stallMs) {
      throw new DomainError(
        "upstream_timeout",
        `The transfer made no progress for ${Math.round(this.#stallMs / 1000)} s.`,
        { details: { timeoutPhase: "idle", upstreamClass: "timeout" } },
      );
    }
  }
}
