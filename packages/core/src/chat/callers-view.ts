import type { CallTarget, ResolvedModel } from "../catalog/catalog-snapshot.ts";
import { isDomainError } from "../error/domain-error.ts";
import { takeEach } from "../provider/flow.ts";
import type { ParamNote, ProviderChatStream } from "../provider/provider.ts";
import type { LiveConnection } from "../provider/provider-registry.ts";
import type { ChatRequest } from "./chat-request.ts";
import { hideUpstream } from "./hide-upstream.ts";

/** Readers are told of what they sent; what the model stores is not for them. */
export function notesFor(
  request: Pick<ChatRequest, "params" | "extensions" | "toolChoice" | "parallelToolCalls" | "logprobs">,
  notes: readonly ParamNote[],
): readonly ParamNote[] {
  const asked: ReadonlySet<string> = new Set([
    ...Object.keys(request.params),
    ...Object.keys(request.extensions ?? {}),
    ...(request.toolChoice === undefined ? [] : ["tool_choice"]),
    ...(request.parallelToolCalls === undefined ? [] : ["parallel_tool_calls"]),
    ...(request.logprobs === undefined ? [] : ["logprobs"]),
    // said only where the caller had one
    "system",
  ]);
  return notes.filter((note) => asked.has(note.param));
}

/** A failure as the caller may see it. */
export type ErrorView = (error: unknown) => unknown;

/** Why a call was ended says more than that it was; and what a provider writes names things that readers may not know. */
export function callersView(call: {
  readonly asked: string;
  readonly model: ResolvedModel;
  readonly target: CallTarget;
  readonly live: LiveConnection;
  readonly signal: AbortSignal;
}): ErrorView {
  const { asked, model, target, live, signal } = call;
  return (error) => {
    const reason: unknown = signal.aborted ? signal.reason : undefined;
    if (isDomainError(reason)) return reason;
    const hidden = [target.placement.upstreamId, ...model.chain.map((entry) => entry.id)];
    return hideUpstream(error, { asked, hidden, host: new URL(live.connection.url).hostname });
  };
}

export function rethrowAs(view: ErrorView): (error: unknown) => never {
  return (error) => {
    throw view(error);
  };
}

/** The same batches. Not a generator: one that nobody began would not pass `return` on, and leave the call open. */
export function failingAs(
  batches: ProviderChatStream["batches"],
  view: ErrorView,
): ProviderChatStream["batches"] {
  const rethrow = rethrowAs(view);
  return {
    [Symbol.asyncIterator]() {
      const inner = batches[Symbol.asyncIterator]();
      return {
        next: () => inner.next().catch(rethrow),
        return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
      };
    },
    each: (take) => takeEach(batches, take).catch(rethrow),
  };
}
