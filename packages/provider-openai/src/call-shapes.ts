import type { ProviderChatRequest, ProviderCompletionRequest } from "@corral/core";
import type { OpenAIRoute, OpenAISurface } from "./openai-dialect.ts";
import {
  readTextCompletion,
  restoreToolNames,
  rewriteInTurn,
  splitThinkTags,
  type RewriteChunk,
} from "./rewrite-chunk.ts";
import { toOpenAIChat, type OpenAIChat } from "./to-openai-chat.ts";
import { toOpenAICompletion } from "./to-openai-completion.ts";

/** One kind of call: where it goes, what is sent, and how what comes is mended before it is read. */
export type CallShape<Request> = {
  readonly route: OpenAIRoute;
  readonly toBody: (request: Request, stream: boolean) => OpenAIChat;
  readonly toRewrite: (request: Request) => RewriteChunk | undefined;
};

type Surface = Pick<OpenAISurface, "quirks" | "thinkTags" | "baseModelOf" | "revise">;
type ToChat<Request> = (request: Request, options: Parameters<typeof toOpenAIChat>[1]) => OpenAIChat;

export function toChatShape(surface: Surface): CallShape<ProviderChatRequest> {
  const { quirks, thinkTags } = surface;
  return {
    route: "/chat/completions",
    toBody: toBodyBy(toOpenAIChat, surface),
    toRewrite: (request) =>
      rewriteInTurn(
        thinkTags && splitThinkTags(thinkTags),
        quirks().rewritesToolNames ? restoreToolNames(request.tools) : undefined,
      ),
  };
}

export function toCompletionShape(surface: Surface): CallShape<ProviderCompletionRequest> {
  return {
    route: "/completions",
    toBody: toBodyBy(toOpenAICompletion, surface),
    toRewrite: () => readTextCompletion,
  };
}

function toBodyBy<Request extends Pick<ProviderChatRequest, "model" | "facts">>(
  convert: ToChat<Request>,
  { quirks, baseModelOf, revise }: Surface,
): CallShape<Request>["toBody"] {
  return (request, stream) => {
    const baseModel = baseModelOf?.(request) ?? request.model;
    const chat = convert(request, { quirks: quirks(), stream, baseModel });
    return revise?.(chat) ?? chat;
  };
}
