import { DomainError } from "../error/domain-error.ts";
import { mergeParams } from "../model/merge-params.ts";
import type {
  ParamNote,
  Provider,
  ProviderChatRequest,
  ProviderCompletionRequest,
} from "../provider/provider.ts";
import type { ChatMessage } from "./chat-message.ts";
import { expandPromptVariables } from "./prompt-variables.ts";
import { resolveChatRequest, toLayers, type ChatResolution } from "./resolve-chat-request.ts";
import type { TextRequest } from "./text-request.ts";

/** A prompt as one endpoint gets it: to continue, or as a conversation. */
export type ResolvedText = { readonly notes: readonly ParamNote[] } & (
  | { readonly kind: "completion"; readonly request: ProviderCompletionRequest }
  | { readonly kind: "chat"; readonly request: ProviderChatRequest }
);

/**
 * Ollama wraps a prompt in the model's template itself, and takes a system prompt with it. Others continue the bare text:
 * they get a conversation where the caller wants the template, or the model has a system prompt. Pure.
 *
 * @throws DomainError `unsupported_feature` where neither way says the same.
 */
export function resolveTextRequest(
  request: TextRequest,
  resolution: ChatResolution,
  provider: Pick<Provider, "kind" | "complete">,
): ResolvedText {
  const { params, notes } = mergeParams([
    ...toLayers(resolution),
    { source: { kind: "request" }, params: request.params, modes: {} },
  ]);
  const hasSystem = params.system !== undefined && params.system !== "";
  const continues = provider.complete !== undefined;
  if (continues && (provider.kind === "ollama" || (request.conversation === undefined && !hasSystem))) {
    return toCompletion(request, resolution, { params, notes });
  }
  const conversation = request.conversation ?? toConversation(request);
  const { model, params: asked, choiceCount, logprobs } = request;
  const chat = resolveChatRequest(
    {
      model,
      params: asked,
      messages: conversation.messages,
      ...(choiceCount !== undefined && { choiceCount }),
      ...(logprobs && { logprobs }),
      ...(conversation.extensions && { extensions: conversation.extensions }),
    },
    resolution,
  );
  return { kind: "chat", request: chat.request, notes: chat.notes };
}

function toCompletion(
  request: TextRequest,
  { upstreamId, facts, records, variables }: ChatResolution,
  { params: merged, notes }: Pick<ReturnType<typeof mergeParams>, "params" | "notes">,
): ResolvedText {
  const { prompt, suffix, choiceCount, logprobs, extensions } = request;
  const { system, ...params } = merged;
  const own = system === undefined ? "" : expandPromptVariables(system, variables);
  const isFixed = records.some((record) => record.paramModes.system === "fixed");
  const { system: callers, ...others } = extensions ?? {};
  const dropped: readonly ParamNote[] =
    isFixed && callers !== undefined
      ? [{ param: "system", action: "dropped", reason: "the model fixes the system prompt" }]
      : [];
  const systems = [own, !isFixed && typeof callers === "string" ? callers : ""].filter((text) => text !== "");
  return {
    kind: "completion",
    notes: [...notes, ...dropped],
    request: {
      model: upstreamId,
      prompt,
      params: systems.length === 0 ? params : { ...params, system: systems.join("\n\n") },
      facts,
      ...(suffix !== undefined && { suffix }),
      ...(choiceCount !== undefined && { choiceCount }),
      ...(logprobs && { logprobs }),
      ...(Object.keys(others).length > 0 && { extensions: others }),
    },
  };
}

/** @throws DomainError `unsupported_feature` for what only a bare text can say. */
function toConversation({ prompt, suffix, extensions = {} }: TextRequest): {
  readonly messages: readonly ChatMessage[] & ChatMessage[];
  readonly extensions: NonNullable<TextRequest["extensions"]>;
} {
  const bare = suffix === undefined ? onlyBare.find((name) => extensions[name] !== undefined) : "suffix";
  if (bare !== undefined) {
    throw new DomainError(
      "unsupported_feature",
      `This model is called as a conversation, which has no "${bare}"; leave it out.`,
      { details: { param: bare } },
    );
  }
  return { messages: [{ role: "user", content: prompt }], extensions };
}

const onlyBare = ["echo", "best_of", "raw", "template", "context"] as const;
