import type { ProviderChatRequest, ProviderCompletionRequest } from "@corral/core";
import type { OpenAIRoute, OpenAISurface } from "./openai-dialect.ts";
import {
  readTextCompletion,
  restoreToolNames,
  rewriteInTurn,
  splitThinkTags,
  type RewriteChunk,
} from "./rewrite-chunk.ts";
import { toOpenAIChat, type OpenAIBody } from "./to-openai-chat.ts";
import { toOpenAICompletion } from "./to-openai-completion.ts";

/** One kind of call: where it goes, what is sent, and how what comes is mended before it is read. */
export type CallShape<Request> = {
  readonly route: OpenAIRoute;
  readonly toBody: (request: Request, stream: boolean) => OpenAIBody;
  readonly toRewrite: (request: Request) => RewriteChunk | undefined;
};

type Surface = Pick<OpenAISurface, "quirks" | "thinkTags" | "baseModelOf">;

export function toChatShape({ quirks, thinkTags, baseModelOf }: Surface): CallShape<ProviderChatRequest> {
  return {
    route: "/chat/completions",
    toBody: (request, stream) =>
      toOpenAIChat(request, {
        quirks: quirks(),
        stream,
        baseModel: baseModelOf?.(request) ?? request.model,
      }),
    toRewrite: (request) =>
      rewriteInTurn(
        thinkTags && splitThinkTags(thinkTags),
        quirks().rewritesToolNames ? restoreToolNames(request.tools) : undefined,
      ),
  };
}

export function toCompletionShape({ quirks, baseModelOf }: Surface): CallShape<ProviderCompletionRequest> {
  return {
    route: "/completions",
    toBody: (request, stream) =>
      toOpenAICompletion(request, {
        quirks: quirks(),
        stream,
        baseModel: baseModelOf?.(request) ?? request.model,
      }),
    toRewrite: () => readTextCompletion,
  };
}
