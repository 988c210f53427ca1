import type { Actor } from "../identity/actor.ts";
import type { WriteContext } from "../model/model-service.ts";
import type {
  OllamaCloudStatus,
  OllamaCreateRequest,
  OllamaKeepAlive,
  OllamaModel,
  OllamaModelInfo,
  OllamaRunningModel,
  OllamaServerVersion,
} from "../provider/ollama-management.ts";
import type { OllamaProgress, OllamaPullJob } from "../provider/ollama-transfer.ts";
import type { CallOptions } from "../provider/provider.ts";

type At = { readonly connectionUid: string };
type Model = At & { readonly model: string };

/** What can be made on a server from outside: from a model, never from files that a caller brings. */
export type OllamaDerivation = Omit<OllamaCreateRequest, "files" | "adapters" | "draftFiles" | "from"> & {
  readonly from: string;
};

/**
 * The models on Ollama's servers themselves. Administrators only; what changes a server is written into the change log
 * before it is sent, and its models are listed again afterwards.
 *
 * Every method throws DomainError `access_denied`, `connection_not_found`, `not_an_ollama_model` for a connection of
 * another kind, and as `OllamaManagement` says.
 */
export interface OllamaService {
  version(actor: Actor, at: At, options: CallOptions): Promise<OllamaServerVersion & OllamaCloud>;
  tags(actor: Actor, at: At, options: CallOptions): Promise<readonly OllamaModel[]>;
  running(actor: Actor, at: At, options: CallOptions): Promise<readonly OllamaRunningModel[]>;
  show(actor: Actor, model: Model, options: CallOptions): Promise<OllamaModelInfo>;
  load(
    actor: Actor,
    request: Model & { readonly keepAlive?: OllamaKeepAlive; readonly contextLength?: number },
    context: OperationContext,
  ): Promise<void>;
  unload(actor: Actor, model: Model, context: OperationContext): Promise<void>;
  copy(
    actor: Actor,
    names: At & { readonly source: string; readonly destination: string },
    context: OperationContext,
  ): Promise<void>;
  delete(actor: Actor, model: Model, context: OperationContext): Promise<void>;
  /** Ends with `phase: "done"`, else it throws. Leaving it stops the upload. */
  push(actor: Actor, model: Model, context: OperationContext): Promise<AsyncIterable<OllamaProgress>>;
  create(
    actor: Actor,
    request: At & OllamaDerivation,
    context: OperationContext,
  ): Promise<AsyncIterable<OllamaProgress>>;
  /** Starts a download that goes on whoever watches, or joins the running one of the same model. */
  startPull(actor: Actor, model: Model, context: WriteContext): Promise<OllamaPullJob>;
  /** Running ones and those that ended lately, newest first. */
  pulls(actor: Actor, at: At): Promise<readonly OllamaPullJob[]>;
  watchPull(
    actor: Actor,
    pull: At & { readonly id: string },
    options: CallOptions,
  ): Promise<AsyncIterable<OllamaPullJob>>;
  /** @throws DomainError `invalid_input` for an unknown id. */
  cancelPull(actor: Actor, pull: At & { readonly id: string }, context: WriteContext): Promise<OllamaPullJob>;
}

/** Whether the server may use models of ollama.com; `null` before Ollama 0.16.2. */
export type OllamaCloud = { readonly cloud: OllamaCloudStatus | null };
export type OperationContext = WriteContext & CallOptions;
