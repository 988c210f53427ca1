import type { UnitOfWork } from "../database/unit-of-work.ts";
import { DomainError } from "../error/domain-error.ts";
import { invalidField } from "../error/invalid-field.ts";
import type { Actor } from "../identity/actor.ts";
import { assertAdministrator } from "../identity/user-service.ts";
import type { JsonObject } from "../json.ts";
import type { WriteContext } from "../model/model-service.ts";
import type { OllamaCloudStatus, OllamaManagement } from "../provider/ollama-management.ts";
import type { OllamaProgress, OllamaPullJob } from "../provider/ollama-transfer.ts";
import type { CallOptions } from "../provider/provider.ts";
import type { ProviderRegistry } from "../provider/provider-registry.ts";
import type { ConnectionRefresher } from "./connection-refresher.ts";
import type { OllamaService } from "./ollama-service.ts";

type At = { readonly connectionUid: string };

export type OllamaServicePorts = {
  readonly registry: Pick<ProviderRegistry, "get">;
  readonly unitOfWork: Pick<UnitOfWork, "write">;
  readonly refresher: Pick<ConnectionRefresher, "refreshAnew" | "noteRemoved">;
  /** Called with failures that nobody waits for. */
  readonly onError: (error: unknown) => void;
};

type Operation = {
  readonly actor: Actor;
  readonly context: WriteContext;
  readonly action: string;
  readonly at: At;
  /** What the change log says of it. */
  readonly details: JsonObject;
  /** Whose names are wrong is told so before anything is noted. */
  readonly names?: Parameters<OllamaManagement["assertNames"]>[0];
};

export function createOllamaService(ports: OllamaServicePorts): OllamaService {
  const look: Look = async (actor, at) => {
    assertAdministrator(actor);
    return findOllama(ports.registry, at);
  };
  /** Noted first: what was sent and not noted could never be explained. */
  const operate = async (operation: Operation): Promise<OllamaManagement> => {
    const ollama = await look(operation.actor, operation.at);
    ollama.assertNames(operation.names ?? {});
    await note(ports.unitOfWork, operation);
    return ollama;
  };
  const refresh = ({ connectionUid }: At) => ports.refresher.refreshAnew(connectionUid);

  return {
    ...createQueries(look),
    ...createChanges({ operate, refresh }, ports.refresher),
    ...createTransfers({ look, operate, refresh }, ports.onError),
    async load(actor, { connectionUid, ...request }, context) {
      const names = { installed: [request.model] };
      const operation = {
        actor,
        context,
        action: "ollama.load",
        at: { connectionUid },
        details: request,
        names,
      };
      const ollama = await operate(operation);
      await named(ollama.load(request, context));
    },
    async unload(actor, { model, ...at }, context) {
      const names = { installed: [model] };
      const ollama = await operate({
        actor,
        context,
        action: "ollama.unload",
        at,
        details: { model },
        names,
      });
      await named(ollama.unload(model, context));
    },
  };
}

type Operating = {
  readonly operate: (operation: Operation) => Promise<OllamaManagement>;
  readonly refresh: (at: At) => Promise<void>;
};

/** What changes what a server has, at once. */
function createChanges(
  { operate, refresh }: Operating,
  refresher: OllamaServicePorts["refresher"],
): Pick<OllamaService, "copy" | "delete"> {
  return {
    async copy(actor, { connectionUid, ...names }, context) {
      const at = { connectionUid };
      const ollama = await operate({
        actor,
        context,
        action: "ollama.copy",
        at,
        details: names,
        names: { installed: Object.values(names) },
      });
      await named(ollama.copy(names, context));
      await refresh(at);
    },
    async delete(actor, { model, ...at }, context) {
      const names = { installed: [model] };
      const ollama = await operate({
        actor,
        context,
        action: "ollama.delete",
        at,
        details: { model },
        names,
      });
      await named(ollama.delete(model, context));
      await refresher.noteRemoved(at.connectionUid, [model, `${model}:latest`]);
      await refresh(at);
    },
  };
}

/** What takes its time, and is told step by step. */
function createTransfers(
  { look, operate, refresh }: Operating & { readonly look: Look },
  onError: OllamaServicePorts["onError"],
): Pick<OllamaService, "push" | "create" | "startPull" | "cancelPull"> {
  return {
    async push(actor, { model, ...at }, context) {
      const names = { transferred: [model] };
      const ollama = await operate({ actor, context, action: "ollama.push", at, details: { model }, names });
      return namedSteps(ollama.push({ model }, context));
    },
    async create(actor, { connectionUid, ...request }, context) {
      const at = { connectionUid };
      const details = { model: request.model, from: request.from };
      const names = { installed: [request.model], transferred: [request.from] };
      const ollama = await operate({ actor, context, action: "ollama.create", at, details, names });
      return thenRefresh(namedSteps(ollama.create(request, context)), () => refresh(at));
    },
    async startPull(actor, { model, ...at }, context) {
      const names = { transferred: [model] };
      const ollama = await operate({ actor, context, action: "ollama.pull", at, details: { model }, names });
      const job = ollama.pulls.start({ model });
      void followPull(ollama, job.id, () => refresh(at)).catch(onError);
      return job;
    },
    async cancelPull(actor, { id, ...at }, context) {
      const { pulls } = await look(actor, at);
      assertPull(pulls.find(id));
      await operate({ actor, context, action: "ollama.cancelPull", at, details: { id } });
      const job = pulls.cancel(id);
      assertPull(job);
      return job;
    },
  };
}

function assertPull(job: OllamaPullJob | undefined): asserts job is OllamaPullJob {
  if (job === undefined) throw invalidField(["id"], "There is no such pull, or it ended a while ago.");
}

/**
 * The caller chose server and model: a server that answers well and has no such model makes it a wrong name, not a
 * failure of the provider's.
 */
async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toNamed(error);
  }
}

/** {@link named}, step by step. */
async function* namedSteps<T>(steps: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* steps;
  } catch (error) {
    throw toNamed(error);
  }
}

function toNamed(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.details?.upstreamClass !== "model_not_found") return error;
  return new DomainError("model_not_found", "The server has no such model.", { cause: error });
}

type Look = (actor: Actor, at: At) => Promise<OllamaManagement>;

/** What only asks. */
function createQueries(
  look: Look,
): Pick<OllamaService, "version" | "tags" | "running" | "show" | "pulls" | "watchPull"> {
  return {
    async version(actor, at, options) {
      const ollama = await look(actor, at);
      const version = await ollama.version(options);
      return { ...version, cloud: await readCloud(ollama, options) };
    },
    tags: async (actor, at, options) => (await look(actor, at)).tags(options),
    running: async (actor, at, options) => (await look(actor, at)).running(options),
    show: async (actor, at, options) => named((await look(actor, at)).show(at.model, options)),
    pulls: async (actor, at) => (await look(actor, at)).pulls.list(),
    watchPull: async (actor, pull, options) => (await look(actor, pull)).pulls.watch(pull.id, options),
  };
}

async function findOllama(registry: OllamaServicePorts["registry"], at: At): Promise<OllamaManagement> {
  const { connection, provider } = await registry.get(at.connectionUid);
  if (!connection.enabled) throw new DomainError("connection_not_found", "The connection is disabled.");
  if (provider.ollama !== undefined) return provider.ollama;
  throw new DomainError("not_an_ollama_model", `"${connection.name}" is no Ollama server.`);
}

async function note(
  unitOfWork: OllamaServicePorts["unitOfWork"],
  { actor, context, action, at, details }: Operation,
): Promise<void> {
  const author = { actorId: actor.principal.userId, requestId: context.requestId, action };
  await unitOfWork.write(author, ({ audit }) =>
    audit.note({ targetKind: "ollama", targetUid: at.connectionUid, details }),
  );
}

async function readCloud(ollama: OllamaManagement, options: CallOptions): Promise<OllamaCloudStatus | null> {
  try {
    return await ollama.status(options);
  } catch (error) {
    if (error instanceof DomainError && error.code === "unsupported_feature") return null;
    throw error;
  }
}

async function* thenRefresh(
  progress: AsyncIterable<OllamaProgress>,
  refresh: () => Promise<void>,
): AsyncGenerator<OllamaProgress, void> {
  let isDone = false;
  for await (const step of progress) {
    // What waits for the end of the stream finds the model in the catalog.
    isDone ||= step.phase === "done";
    if (isDone) await refresh();
    yield step;
  }
}

/** The catalog learns of a pulled model at once, whether or not somebody watches. */
async function followPull(ollama: OllamaManagement, id: string, refresh: () => Promise<void>): Promise<void> {
  const { signal } = new AbortController();
  for await (const { state } of ollama.pulls.watch(id, { signal })) {
    if (state === "succeeded") await refresh();
  }
}
