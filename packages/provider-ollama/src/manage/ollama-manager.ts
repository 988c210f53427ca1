import {
  DomainError,
  type CallOptions,
  type JsonObject,
  type OllamaCloudStatus,
  type OllamaCreateRequest,
  type OllamaManagement,
  type OllamaModel,
  type OllamaModelInfo,
  type OllamaProgress,
  type OllamaPullRequest,
  type OllamaRunningModel,
  type OllamaServerVersion,
} from "@corral/core";
import {
  asArray,
  asObject,
  asText,
  toUpstreamError,
  type UpstreamEndpoint,
  type UpstreamRequest,
} from "@corral/provider-kit";
import { assertAllowedHost, formatOllamaName, parseOllamaName, type OllamaName } from "../ollama-name.ts";
import type { OllamaTransferSettings } from "../ollama-settings.ts";
import { ollamaWarnings, parseOllamaVersion } from "../ollama-version.ts";
import { hasBlob, uploadBlob } from "./blobs.ts";
import { loadModel, type LoadRequest } from "./load-model.ts";
import { PullJobs } from "./pull-jobs.ts";
import { pullModel } from "./pull-model.ts";
import { readModelInfo, readModels, readRunningModels } from "./read-models.ts";
import { readTransfer } from "./read-transfer.ts";
import { notOllama, type ServerVersion } from "./server-version.ts";
import { toCreateBody } from "./to-create-body.ts";

/** Complete settings, and after how long without progress a transfer counts as stalled. */
export type TransferRules = Required<OllamaTransferSettings> & { readonly stallMs: number };

/** Management of one server over its endpoint. */
export class OllamaManager implements OllamaManagement {
  readonly #endpoint: UpstreamEndpoint;
  readonly #version: ServerVersion;
  readonly #rules: TransferRules;
  readonly pulls: PullJobs;

  constructor(endpoint: UpstreamEndpoint, version: ServerVersion, rules: TransferRules) {
    this.#endpoint = endpoint;
    this.#version = version;
    this.#rules = rules;
    this.pulls = new PullJobs({
      check: (request) => this.#checkTransfer(request),
      pull: (request, options) => this.#pull(request, options),
    });
  }

  async version({ signal }: CallOptions): Promise<OllamaServerVersion> {
    const version = await this.#version.read(signal);
    return { version, warnings: ollamaWarnings(parseOllamaVersion(version)) };
  }

  async status({ signal }: CallOptions): Promise<OllamaCloudStatus> {
    await this.#version.assertSupports("cloudStatus", signal);
    const cloud = asObject((await this.#ask({ path: "/api/status", signal }))["cloud"]);
    if (cloud === undefined) throw notOllama();
    return { disabled: cloud["disabled"] === true, source: asText(cloud["source"]) ?? null };
  }

  async tags({ signal }: CallOptions): Promise<readonly OllamaModel[]> {
    return readModels(modelsOf(await this.#ask({ path: "/api/tags", signal })));
  }

  async running({ signal }: CallOptions): Promise<readonly OllamaRunningModel[]> {
    await this.#version.assertSupports("ps", signal);
    return readRunningModels(modelsOf(await this.#ask({ path: "/api/ps", signal })));
  }

  async show(model: string, { signal }: CallOptions): Promise<OllamaModelInfo> {
    const name = toInstalledName(model);
    return readModelInfo(await this.#ask({ path: "/api/show", body: { model: name }, signal }), name);
  }

  async copy(
    names: { readonly source: string; readonly destination: string },
    { signal }: CallOptions,
  ): Promise<void> {
    const body = {
      source: toInstalledName(names.source),
      destination: toInstalledName(names.destination),
    };
    await this.#tell({ path: "/api/copy", body, signal });
  }

  async delete(model: string, { signal }: CallOptions): Promise<void> {
    await this.#tell({
      path: "/api/delete",
      method: "DELETE",
      body: { model: toInstalledName(model) },
      signal,
    });
  }

  assertNames({ installed = [], transferred = [] }: Parameters<OllamaManagement["assertNames"]>[0]): void {
    for (const name of installed) parseOllamaName(name);
    for (const model of transferred) this.#checkTransfer({ model });
  }

  load(request: LoadRequest, options: CallOptions): Promise<void> {
    return loadModel(this.#endpoint, request, options);
  }

  unload(model: string, options: CallOptions): Promise<void> {
    return loadModel(this.#endpoint, { model, keepAlive: 0 }, options);
  }

  pull(request: OllamaPullRequest, options: CallOptions): AsyncIterable<OllamaProgress> {
    return this.#pull(request, options);
  }

  async *push(request: OllamaPullRequest, { signal }: CallOptions): AsyncGenerator<OllamaProgress, void> {
    const body = this.#transferBody(request);
    yield* readTransfer(this.#endpoint, { path: "/api/push", body, stallMs: this.#rules.stallMs, signal });
  }

  async *create(request: OllamaCreateRequest, { signal }: CallOptions): AsyncGenerator<OllamaProgress, void> {
    const body = toCreateBody(request, this.#rules.registryHosts);
    await this.#version.assertSupports("createFromFiles", signal);
    if (request.requires !== undefined) await this.#version.assertSupports("requires", signal);
    if (request.draftFiles !== undefined) await this.#version.assertSupports("draftModels", signal);
    yield* readTransfer(this.#endpoint, { path: "/api/create", body, stallMs: this.#rules.stallMs, signal });
  }

  hasBlob(digest: string, options: CallOptions): Promise<boolean> {
    return hasBlob(this.#endpoint, digest, options);
  }

  uploadBlob(
    blob: Parameters<OllamaManagement["uploadBlob"]>[0],
    options: CallOptions,
  ): Promise<{ readonly created: boolean }> {
    return uploadBlob(this.#endpoint, blob, options);
  }

  async *#pull(
    request: OllamaPullRequest,
    { signal, onRestart }: CallOptions & { readonly onRestart?: () => void },
  ): AsyncGenerator<OllamaProgress, void> {
    const { stallMs, restarts, restartDelayMs } = this.#rules;
    const body = this.#transferBody(request);
    yield* pullModel(this.#endpoint, { body, stallMs, signal }, { restarts, restartDelayMs, onRestart });
  }

  #transferBody(request: OllamaPullRequest): JsonObject {
    const model = formatOllamaName(this.#checkTransfer(request));
    return { model, ...(request.insecure === true && { insecure: true }) };
  }

  #checkTransfer({ model, insecure }: OllamaPullRequest): OllamaName {
    const name = parseOllamaName(model);
    assertAllowedHost(name, this.#rules.registryHosts);
    if (insecure !== true || this.#rules.allowInsecure) return name;
    throw new DomainError(
      "invalid_input",
      "Transfers without TLS are not allowed here. Leave `insecure` out, or have an administrator allow it.",
      { details: { param: "insecure" } },
    );
  }

  async #ask(request: Omit<UpstreamRequest, "pace">): Promise<JsonObject> {
    const answer = asObject(await this.#endpoint.json({ ...request, pace: "list" }));
    if (answer === undefined) throw notOllama();
    if (answer["error"] !== undefined) {
      throw toUpstreamError({ body: { json: answer }, secrets: this.#endpoint.secrets });
    }
    return answer;
  }

  /** Done once and never repeated. A success has no body, and a DELETE has one in its request. */
  async #tell(request: Omit<UpstreamRequest, "pace">): Promise<void> {
    const answer = await this.#endpoint.open({ ...request, pace: "transfer" });
    await answer.drain();
  }
}

function modelsOf(answer: JsonObject) {
  if (!("models" in answer)) throw notOllama();
  return asArray(answer["models"]);
}

/** What is installed may have come from anywhere; naming it sends the server nowhere. */
function toInstalledName(model: string): string {
  return formatOllamaName(parseOllamaName(model));
}
