import type { Catalog } from "../catalog/catalog.ts";
import type { CallTarget, ResolvedModel } from "../catalog/catalog-snapshot.ts";
import type { HealthBoard } from "../connection/connection-health.ts";
import { DomainError, isDomainError } from "../error/domain-error.ts";
import type { ErrorCode } from "../error/error-codes.ts";
import type { Actor } from "../identity/actor.ts";
import type {
  CallEffort,
  CallOptions,
  EmbedAnswer,
  ParamNote,
  Provider,
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
import { resolveChatRequest, type ChatResolution } from "./resolve-chat-request.ts";
import { resolveTextRequest, type ResolvedText } from "./resolve-text-request.ts";
import type { TextRequest } from "./text-request.ts";

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
  /** Continues a prompt. @throws DomainError as `complete`, and `unsupported_feature`. */
  completeText(actor: Actor, request: TextRequest, context: CallContext): Promise<ChatAnswer>;
  /** As `completeText`, streamed; resolves when the first part has arrived. */
  streamText(actor: Actor, request: TextRequest, context: CallContext): Promise<ChatStream>;
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
    call: Call,
    plan: Plan<T>,
  ) => {
    try {
      return await callWithFailOver(ports, { actor, ...call }, plan);
    } catch (error) {
      if (!isDomainError(error) || error.code !== "catalog_behind") throw error;
      // A record is newer than the snapshot: whether the actor may call it is decided again.
      await ports.catalog.catchUp(call.context.signal);
      return callWithFailOver(ports, { actor, ...call }, plan);
    }
  };
  const whole = async (actor: Actor, call: Call, plan: Plan<ProviderChatAnswer>): Promise<ChatAnswer> => {
    const { answer, notes, attempts } = await attempt(actor, call, plan);
    return { model: call.request.model, completion: answer.completion, notes, attempts };
  };
  const streamed = async (actor: Actor, call: Call, plan: Plan<ProviderChatStream>): Promise<ChatStream> => {
    const { answer, notes, attempts, toCallers } = await attempt(actor, call, plan);
    return { model: call.request.model, batches: failingAs(answer.batches, toCallers), notes, attempts };
  };

  return {
    complete: (actor, request, context) =>
      whole(actor, { request, context }, ({ provider }, resolution) => {
        const resolved = resolveChatRequest(request, resolution);
        return { notes: resolved.notes, send: (options) => provider.chat(resolved.request, options) };
      }),
    stream: (actor, request, context) =>
      streamed(actor, { request, context }, ({ provider }, resolution) => {
        const resolved = resolveChatRequest(request, resolution);
        return { notes: resolved.notes, send: (options) => provider.streamChat(resolved.request, options) };
      }),
    completeText: (actor, request, context) =>
      whole(actor, { request, context }, ({ provider }, resolution) => {
        const resolved = resolveTextRequest(request, resolution, provider);
        return { notes: resolved.notes, send: (options) => sendText(provider, resolved, options) };
      }),
    streamText: (actor, request, context) =>
      streamed(actor, { request, context }, ({ provider }, resolution) => {
        const resolved = resolveTextRequest(request, resolution, provider);
        return { notes: resolved.notes, send: (options) => streamTextOf(provider, resolved, options) };
      }),
    embed: (actor, request, context) => embed(ports, { actor, request, context }),
  };
}

type EmbedCall = {
  readonly actor: Actor;
  readonly request: Parameters<ChatService["embed"]>[1];
  readonly context: CallContext;
};

async function embed(
  ports: ChatPorts,
  { actor, request, context }: EmbedCall,
): ReturnType<ChatService["embed"]> {
  const models = resolveCallable(ports, actor, request.model);
  const { signal } = context;
  const { answer, attempts } = await firstThatAnswers(ports, models, async ({ model, target }, effort) => {
    const live = await ports.registry.get(target.connection.uid);
    const toCallers = callersView({ asked: request.model, model, target, live, signal });
    const upstream = { ...request, model: target.placement.upstreamId };
    const embedding = live.provider.embed(upstream, { signal, effort });
    return { answer: await embedding.catch(rethrowAs(toCallers)) };
  });
  return { ...answer, model: request.model, attempts };
}

/** What was asked for, whatever kind of call it is. */
type Asked = Parameters<typeof notesFor>[0] & { readonly model: string };
type Call = { readonly request: Asked; readonly context: CallContext };

/** How one place gets a call, and what was changed for it. */
type Plan<T> = (
  live: LiveConnection,
  resolution: ChatResolution,
) => { readonly notes: readonly ParamNote[]; readonly send: (options: CallOptions) => Promise<T> };

async function sendText(
  provider: Provider,
  text: ResolvedText,
  options: CallOptions,
): Promise<ProviderChatAnswer> {
  if (text.kind === "chat") return provider.chat(text.request, options);
  if (provider.complete === undefined) throw new DomainError("unsupported_feature");
  return provider.complete(text.request, options);
}

async function streamTextOf(
  provider: Provider,
  text: ResolvedText,
  options: CallOptions,
): Promise<ProviderChatStream> {
  if (text.kind === "chat") return provider.streamChat(text.request, options);
  if (provider.streamCompletion === undefined) throw new DomainError("unsupported_feature");
  return provider.streamCompletion(text.request, options);
}

async function callWithFailOver<T extends ProviderChatAnswer | ProviderChatStream>(
  ports: ChatPorts,
  call: Call & { readonly actor: Actor },
  plan: Plan<T>,
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
    const planned = plan(live, {
      upstreamId,
      facts,
      connectionParams: live.connection.params,
      records,
      variables,
    });
    const toCallers = callersView({ asked: call.request.model, model, target, live, signal });
    const answer = await planned.send({ signal, effort }).catch(rethrowAs(toCallers));
    const notes = [...planned.notes, ...answer.notes];
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
