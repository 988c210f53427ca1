import type { Catalog } from "../catalog/catalog.ts";
import type { CallTarget, ResolvedModel } from "../catalog/catalog-snapshot.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import { isDomainError, type DomainError } from "../error/domain-error.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import type {
  CallEffort,
  CallOptions,
  EmbedAnswer,
  ParamNote,
  ProviderChatAnswer,
  ProviderChatStream,
} from "../provider/provider.ts";
import type { UseRecorder } from "../lifecycle/use-recorder.ts";
import type { LiveConnection, ProviderRegistry } from "../provider/provider-registry.ts";
import type { ChatCompletion } from "./chat-stream-part.ts";
import type { ChatRequest } from "./chat-request.ts";
import { callersView, failingAs, notesFor, rethrowAs, type ErrorView } from "./callers-view.ts";
import { byPreference } from "./order-targets.ts";
import type { RecordConfigs } from "./record-configs.ts";
import { resolveCallable } from "./resolve-callable.ts";
import { resolveChatRequest } from "./resolve-chat-request.ts";

export type ChatAnswer = {
  /** The id that was asked for, whatever answered. */
  readonly model: string;
  readonly completion: ChatCompletion;
  readonly notes: readonly ParamNote[];
  /** Requests that were sent to providers. */
  readonly attempts: number;
};

export type ChatStream = {
  readonly model: string;
  /** As `ProviderChatStream.batches`: must be iterated, and ends the upstream call when left early. */
  readonly batches: ProviderChatStream["batches"];
  readonly notes: readonly ParamNote[];
  /** Requests that were sent to providers. */
  readonly attempts: number;
};

export type CallContext = {
  readonly signal: AbortSignal;
  readonly timeZone?: string;
  readonly language?: string;
};

/** Calls models on behalf of an actor: the only way from a request to a provider. */
export interface ChatService {
  /** @throws DomainError as `resolve` says, then `upstream_*`. */
  complete(actor: Actor, request: ChatRequest, context: CallContext): Promise<ChatAnswer>;
  /** Resolves when the first part has arrived. */
  stream(actor: Actor, request: ChatRequest, context: CallContext): Promise<ChatStream>;
  embed(
    actor: Actor,
    request: { readonly model: string; readonly input: readonly string[]; readonly dimensions?: number },
    context: CallContext,
  ): Promise<EmbedAnswer & { readonly model: string; readonly attempts: number }>;
}

/** Failures after which another place may do better. Everything else would fail there too, or must not be repeated. */
const failOverCodes: ReadonlySet<ErrorCode> = new Set([
  "upstream_unavailable",
  "upstream_rate_limited",
  "insufficient_quota",
  "upstream_unauthorized",
  "upstream_not_found",
  "circuit_open",
]);

function isWorthFailingOver(error: unknown): error is DomainError {
  if (!isDomainError(error)) return false;
  const { code, details } = error;
  if (failOverCodes.has(code)) return true;
  // Only where the provider has given up: behind its silence, or after a part of the answer, it may have worked for us.
  if (code === "upstream_timeout") {
    return details?.timeoutPhase === "connect" || details?.upstreamStatus !== undefined;
  }
  return code === "upstream_error" && details?.upstreamStatus !== undefined;
}

export type ChatPorts = {
  readonly catalog: Pick<Catalog, "current" | "catchUp">;
  readonly registry: Pick<ProviderRegistry, "get">;
  readonly configs: RecordConfigs;
  readonly health: HealthBoard;
  readonly now: () => Date;
  /** From 0 up to 1: draws among the targets of an alias. */
  readonly random: () => number;
  readonly uses: Pick<UseRecorder, "note">;
};

export function createChatService(ports: ChatPorts): ChatService {
  const attempt = async <T extends ProviderChatAnswer | ProviderChatStream>(
    actor: Actor,
    call: { readonly request: ChatRequest; readonly context: CallContext },
    send: SendTo<T>,
  ) => {
    try {
      return await callWithFailOver(ports, { actor, ...call }, send);
    } catch (error) {
      if (!isDomainError(error) || error.code !== "catalog_behind") throw error;
      // A record is newer than the snapshot: whether the actor may call it is decided again.
      await ports.catalog.catchUp(call.context.signal);
      return callWithFailOver(ports, { actor, ...call }, send);
    }
  };

  return {
    async complete(actor, request, context) {
      const { answer, notes, attempts } = await attempt(
        actor,
        { request, context },
        ({ provider }, resolved, options) => provider.chat(resolved, options),
      );
      return { model: request.model, completion: answer.completion, notes, attempts };
    },
    async stream(actor, request, context) {
      const { answer, notes, attempts, toCallers } = await attempt(
        actor,
        { request, context },
        ({ provider }, resolved, options) => provider.streamChat(resolved, options),
      );
      return { model: request.model, batches: failingAs(answer.batches, toCallers), notes, attempts };
    },
    async embed(actor, request, context) {
      const models = resolveCallable(ports, actor, request.model);
      const { signal } = context;
      const { answer, attempts } = await firstThatAnswers(
        ports,
        models,
        async ({ model, target }, effort) => {
          const live = await ports.registry.get(target.connection.uid);
          const toCallers = callersView({ asked: request.model, model, target, live, signal });
          const upstream = { ...request, model: target.placement.upstreamId };
          const embedding = live.provider.embed(upstream, { signal, effort });
          return { answer: await embedding.catch(rethrowAs(toCallers)) };
        },
      );
      return { ...answer, model: request.model, attempts };
    },
  };
}

type SendTo<T> = (
  live: LiveConnection,
  request: ReturnType<typeof resolveChatRequest>["request"],
  options: CallOptions,
) => Promise<T>;

async function callWithFailOver<T extends ProviderChatAnswer | ProviderChatStream>(
  ports: ChatPorts,
  call: { readonly actor: Actor; readonly request: ChatRequest; readonly context: CallContext },
  send: SendTo<T>,
): Promise<{ answer: T; notes: readonly ParamNote[]; attempts: number; toCallers: ErrorView }> {
  const models = resolveCallable(ports, call.actor, call.request.model);
  const variables = {
    userName: call.actor.name,
    userId: call.actor.principal.userId,
    now: ports.now(),
    timeZone: call.context.timeZone ?? "UTC",
    language: call.context.language ?? "en",
  };
  const { signal } = call.context;
  return firstThatAnswers(ports, models, async ({ model, target }, effort) => {
    const records = await ports.configs.get(model.records);
    const live = await ports.registry.get(target.connection.uid);
    const { upstreamId, facts } = target.placement;
    const resolved = resolveChatRequest(call.request, {
      upstreamId,
      facts,
      connectionParams: live.connection.params,
      records,
      variables,
    });
    const toCallers = callersView({ asked: call.request.model, model, target, live, signal });
    const answer = await send(live, resolved.request, { signal, effort }).catch(rethrowAs(toCallers));
    const notes = [...resolved.notes, ...answer.notes];
    const mayKnowAll = () =>
      ports.catalog.current().decide(call.actor.principal, "write", model.entry).allowed;
    return {
      answer,
      toCallers,
      notes: notes.length === 0 || mayKnowAll() ? notes : notesFor(call.request, notes),
    };
  });
}

/** A model, and one of the places where it is served. */
type Place = { readonly model: ResolvedModel; readonly target: CallTarget };

/** Tries the places of each model in order of preference. Only failures before the first byte of an answer come here. */
async function firstThatAnswers<T>(
  ports: ChatPorts,
  models: readonly ResolvedModel[],
  call: (place: Place, effort: CallEffort) => Promise<T>,
): Promise<T & { readonly attempts: number }> {
  const places = models.flatMap((model) =>
    byPreference(model.targets, ports.health).map((target) => ({ model, target })),
  );
  let attempts = 0;
  let failure: unknown;
  for (const [at, place] of places.entries()) {
    const effort: CallEffort = { attempts, failFast: at < places.length - 1 };
    try {
      const answer = await call(place, effort);
      return { ...answer, attempts: effort.attempts };
    } catch (error) {
      if (!isWorthFailingOver(error)) throw error;
      failure ??= error;
      attempts = effort.attempts;
    }
  }
  throw failure;
}
