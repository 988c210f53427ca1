import { z } from "zod";
import { jsonObjectSchema, type JsonObject, type JsonValue } from "../json.ts";
import type { OllamaProgress, OllamaPullJob } from "./ollama-transfer.ts";
import type { CallOptions } from "./provider.ts";

/*
 * `null` is "the server does not say". Sizes are in bytes, times ISO 8601.
 */
const text = z.string().nullable();
const count = z.int().min(0).nullable();

const modelShape = {
  /** As installed, with its tag: `llama3.2:latest`. */
  name: z.string(),
  /** 64 hexadecimal digits. */
  digest: text,
  format: text,
  family: text,
  families: z.array(z.string()).readonly(),
  /** As Ollama writes it: `7.6B`. */
  parameterSize: text,
  quantization: text,
  /** What it was derived from. */
  parentModel: text,
};

/** Where a model that does not run on the server itself runs. */
const remoteSchema = z.strictObject({ model: z.string(), host: text });

/** An entry of `/api/tags`. */
export const ollamaModelSchema = z.strictObject({
  ...modelShape,
  sizeBytes: z.int().min(0),
  modifiedAt: text,
  /** Tokens it was trained for; since Ollama 0.22.1. */
  contextLength: count,
  embeddingLength: count,
  /** Since Ollama 0.30. */
  capabilities: z.array(z.string()).readonly().nullable(),
  remote: remoteSchema.nullable(),
});
export type OllamaModel = z.output<typeof ollamaModelSchema>;

/** An entry of `/api/ps`: a model in memory. */
export const ollamaRunningModelSchema = z.strictObject({
  ...modelShape,
  /** All memory that it takes. */
  sizeBytes: z.int().min(0),
  /** The part of it that is on graphics cards. */
  vramBytes: z.int().min(0),
  /** `vramBytes` / `sizeBytes`, 0 to 1. */
  vramShare: z.number().min(0).max(1),
  /** When it is unloaded unless it is used again; `null` is never. */
  expiresAt: text,
  /** Tokens that are allocated; since Ollama 0.10. */
  contextLength: count,
});
export type OllamaRunningModel = z.output<typeof ollamaRunningModelSchema>;

const parameterSchema = z.union([z.string(), z.number(), z.boolean()]);

/** The answer of `/api/show`. */
export const ollamaModelInfoSchema = z.strictObject({
  ...modelShape,
  modifiedAt: text,
  /** Tokens it was trained for. */
  contextLength: count,
  embeddingLength: count,
  parameterCount: count,
  /** Before Ollama 0.6.4 they are read off the template. */
  capabilities: z.array(z.string()).readonly(),
  remote: remoteSchema.nullable(),
  template: z.string(),
  system: text,
  license: text,
  modelfile: z.string(),
  /** The model's own options; one that may be given several times, such as `stop`, is a list. */
  parameters: z.record(z.string(), z.union([parameterSchema, z.array(parameterSchema).readonly()])),
  messages: z.array(jsonObjectSchema).readonly(),
  renderer: text,
  parser: text,
  /** The server version that the model needs at least. */
  requires: text,
  /** The model file's own metadata, e.g. `general.architecture`. */
  info: jsonObjectSchema,
  projectorInfo: jsonObjectSchema.nullable(),
});
export type OllamaModelInfo = z.output<typeof ollamaModelInfoSchema>;

/** The server, and what an administrator should know about its version. */
export const ollamaServerVersionSchema = z.strictObject({
  version: z.string(),
  warnings: z.array(z.string()).readonly(),
});
export type OllamaServerVersion = z.output<typeof ollamaServerVersionSchema>;

/** Whether the server may use models of ollama.com, and where that was set: `none`, `env`, `config` or `both`. */
export const ollamaCloudStatusSchema = z.strictObject({ disabled: z.boolean(), source: text });
export type OllamaCloudStatus = z.output<typeof ollamaCloudStatusSchema>;

/** Seconds, or a duration such as `5m`; below zero for ever, 0 not at all. */
export type OllamaKeepAlive = number | string;

export type OllamaPullRequest = {
  readonly model: string;
  /** Download without TLS. Only where the provider's settings allow it. */
  readonly insecure?: boolean;
};

/** A model to make. Digests are `sha256:` and 64 hexadecimal digits, of blobs that the server has. */
export type OllamaCreateRequest = {
  readonly model: string;
  /** A model to derive from, pulled if the server lacks it. Either this or `files`. */
  readonly from?: string;
  /** File name → digest. */
  readonly files?: Readonly<Record<string, string>>;
  readonly adapters?: Readonly<Record<string, string>>;
  /** A smaller model that guesses ahead; since Ollama 0.30. */
  readonly draftFiles?: Readonly<Record<string, string>>;
  readonly draftQuantize?: string;
  readonly template?: string;
  readonly system?: string;
  readonly license?: string | readonly string[];
  /** The model's own options, by Ollama's names. */
  readonly parameters?: JsonObject;
  readonly messages?: readonly JsonValue[];
  /** E.g. `q4_K_M`. The source must be F16, BF16 or F32. */
  readonly quantize?: string;
  readonly renderer?: string;
  readonly parser?: string;
  /** The server version that the model needs at least. */
  readonly requires?: string;
};

/** Bytes of a file and their digest, `sha256:` and 64 hexadecimal digits. */
export type OllamaBlob = {
  readonly digest: string;
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
};

/**
 * What an Ollama server offers beside inference. For administrators: it has no rights of its own.
 *
 * Names are checked and completed before they are sent (`invalid_input`). What the server's version lacks is
 * `unsupported_feature` and says which version has it; a model that it does not have is `upstream_not_found`.
 */
export interface OllamaManagement {
  /**
   * What it would refuse by the names alone, without asking the server.
   *
   * @param transferred Names that the server itself fetches or sends: of registries that it may name.
   * @throws DomainError `invalid_input`.
   */
  assertNames(names: {
    readonly installed?: readonly string[];
    readonly transferred?: readonly string[];
  }): void;
  version(options: CallOptions): Promise<OllamaServerVersion>;
  status(options: CallOptions): Promise<OllamaCloudStatus>;
  /** What is installed, newest first. */
  tags(options: CallOptions): Promise<readonly OllamaModel[]>;
  /** What is in memory, longest-lived first. */
  running(options: CallOptions): Promise<readonly OllamaRunningModel[]>;
  show(model: string, options: CallOptions): Promise<OllamaModelInfo>;
  copy(names: { readonly source: string; readonly destination: string }, options: CallOptions): Promise<void>;
  delete(model: string, options: CallOptions): Promise<void>;
  /** Brings a model into memory, or changes how long it stays there. */
  load(
    request: {
      readonly model: string;
      readonly keepAlive?: OllamaKeepAlive;
      /** Tokens to allocate. Calls that wish for another number load the model again. */
      readonly contextLength?: number;
    },
    options: CallOptions,
  ): Promise<void>;
  /** Takes a model out of memory as soon as running calls are over. */
  unload(model: string, options: CallOptions): Promise<void>;
  /**
   * Downloads a model. A download that stalls or breaks is started again and resumes. Leaving the iteration stops it; for
   * one that several people watch see {@link pulls}.
   *
   * All progress ends with `phase: "done"`, else it throws.
   */
  pull(request: OllamaPullRequest, options: CallOptions): AsyncIterable<OllamaProgress>;
  push(request: OllamaPullRequest, options: CallOptions): AsyncIterable<OllamaProgress>;
  create(request: OllamaCreateRequest, options: CallOptions): AsyncIterable<OllamaProgress>;
  hasBlob(digest: string, options: CallOptions): Promise<boolean>;
  /** @returns Whether the server did not have it before. @throws DomainError `upstream_rejected` when bytes and digest differ. */
  uploadBlob(blob: OllamaBlob, options: CallOptions): Promise<{ readonly created: boolean }>;
  /** Downloads that go on whoever watches. */
  readonly pulls: OllamaPulls;
}

/** The downloads of one provider: one a model, with any number of watchers. */
export interface OllamaPulls {
  /**
   * Starts a download, or gives the running one of the same model.
   *
   * @throws DomainError `invalid_input` for a name that cannot be pulled, `rate_limited` when too many are running.
   */
  start(request: OllamaPullRequest): OllamaPullJob;
  /** Running ones and those that ended lately, newest first. */
  list(): readonly OllamaPullJob[];
  /** `undefined` for one that never was, or ended long ago. */
  find(id: string): OllamaPullJob | undefined;
  /**
   * The job as it is now, then whenever it has changed since the last look; ends after its end. A slow watcher misses
   * states in between. Leaving does not stop the job.
   *
   * @throws DomainError `invalid_input` for an unknown id, `request_cancelled` when `signal` aborts.
   */
  watch(id: string, options: CallOptions): AsyncIterable<OllamaPullJob>;
  /** Stops a running job. What is downloaded already stays on the server, and a new pull resumes. */
  cancel(id: string): OllamaPullJob | undefined;
}
