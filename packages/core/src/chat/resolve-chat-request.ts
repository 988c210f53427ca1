import { invalidField } from "../error/invalid-field.ts";
import { DomainError } from "../error/domain-error.ts";
import type { ModelFacts } from "../model/base-model.ts";
import type { Capabilities, CapabilityName } from "../model/model-meta.ts";
import { mergeParams, type MergedParams, type ParamLayer } from "../model/merge-params.ts";
import type { ModelParams, ParamModes } from "../model/model-params.ts";
import type { ParamNote, ProviderChatRequest } from "../provider/provider.ts";
import type { ChatMessage } from "./chat-message.ts";
import type { ChatRequest } from "./chat-request.ts";
import { expandPromptVariables, type PromptVariables } from "./prompt-variables.ts";

/** What a record contributes to a call. */
export type RecordConfig = {
  readonly uid: string;
  readonly params: ModelParams;
  readonly paramModes: ParamModes;
  readonly capabilities: Capabilities;
  /** Settings of a base name, not of a record. */
  readonly of?: "base_name";
};

export type ChatResolution = {
  /** The endpoint's own id and facts. */
  readonly upstreamId: string;
  readonly facts: ModelFacts;
  readonly connectionParams: ModelParams;
  /** Where sources are to be told. */
  readonly connectionUid?: string;
  /** From the model itself down to the override of the base. */
  readonly records: readonly RecordConfig[];
  readonly variables: PromptVariables;
};

/** A request as one endpoint gets it: params merged, system prompt placed, capabilities checked. Pure. */
export function resolveChatRequest(
  request: ChatRequest,
  resolution: ChatResolution,
): {
  readonly request: ProviderChatRequest;
  readonly notes: readonly ParamNote[];
  readonly merged: MergedParams;
} {
  assertCapable(request, resolution);
  const merged = mergeParams([
    ...toLayers(resolution),
    { source: { kind: "request" }, params: request.params, modes: {} },
  ]);
  const { system, ...params } = merged.params;
  const fixed = resolution.records.some((record) => record.paramModes.system === "fixed");
  const placed = placeSystemPrompt(request.messages, {
    system: system === undefined ? undefined : expandPromptVariables(system, resolution.variables),
    dropCallers: fixed,
  });
  return {
    merged,
    notes: [...merged.notes, ...placed.notes],
    request: {
      model: resolution.upstreamId,
      messages: placed.messages,
      params,
      facts: resolution.facts,
      ...(request.tools && { tools: request.tools }),
      ...(request.toolChoice !== undefined && { toolChoice: request.toolChoice }),
      ...(request.parallelToolCalls !== undefined && { parallelToolCalls: request.parallelToolCalls }),
      ...(request.choiceCount !== undefined && { choiceCount: request.choiceCount }),
      ...(request.logprobs && { logprobs: request.logprobs }),
      ...(request.extensions && { extensions: request.extensions }),
      ...(request.prefer && { prefer: request.prefer }),
    },
  };
}

/** What is set below the request, lowest first. */
export function toLayers({
  connectionParams,
  connectionUid: uid,
  records,
}: Pick<ChatResolution, "connectionParams" | "connectionUid" | "records">): readonly ParamLayer[] {
  return [
    {
      source: { kind: "connection", ...(uid !== undefined && { uid }) },
      params: connectionParams,
      modes: {},
    },
    ...records.toReversed().map((record): ParamLayer => ({
      source: { kind: record.of ?? "record", uid: record.uid },
      params: record.params,
      modes: record.paramModes,
    })),
  ];
}

/** The record's prompt comes first; the caller's own follows it, or is dropped where the record fixes `system`. */
function placeSystemPrompt(
  messages: readonly ChatMessage[],
  prompt: { readonly system: string | undefined; readonly dropCallers: boolean },
): { readonly messages: readonly ChatMessage[]; readonly notes: readonly ParamNote[] } {
  const kept = prompt.dropCallers ? messages.filter((message) => !isSystem(message)) : messages;
  const notes: ParamNote[] =
    kept.length === messages.length
      ? []
      : [{ param: "system", action: "dropped", reason: "the model fixes the system prompt" }];
  if (kept.length === 0) {
    throw invalidField(
      ["messages"],
      "The request has no message but a system prompt, which this model fixes.",
    );
  }
  if (prompt.system === undefined || prompt.system === "") return { messages: kept, notes };
  return { messages: [{ role: "system", content: prompt.system }, ...kept], notes };
}

function assertCapable(request: ChatRequest, resolution: ChatResolution): void {
  if (request.tools !== undefined && isIncapable("tools", resolution)) {
    throw new DomainError("unsupported_feature", "This model cannot call tools; leave `tools` out.", {
      details: { param: "tools" },
    });
  }
  if (request.messages.some(hasImage) && isIncapable("vision", resolution)) {
    throw new DomainError("unsupported_feature", "This model cannot read images; send text only.", {
      details: { param: "messages" },
    });
  }
}

/**
 * What a person declared counts before what the provider says. A list that does not name a capability is no refusal:
 * many servers list some of what a model can do.
 */
function isIncapable(name: CapabilityName, resolution: ChatResolution): boolean {
  for (const record of resolution.records) {
    const declared = record.capabilities[name];
    if (declared !== undefined) return !declared;
  }
  return resolution.facts.lacks?.includes(name) === true;
}

function isSystem(message: ChatMessage): boolean {
  return message.role === "system" || message.role === "developer";
}

function hasImage(message: ChatMessage): boolean {
  return Array.isArray(message.content) && message.content.some((part) => part.type === "image_url");
}
