import type { ChatChoice, ChatStreamPart, FinishReason, TokenUsage } from "../chat/chat-stream-part.ts";
import type { Provider, ProviderChatRequest, ProviderCompletionRequest } from "../provider/provider.ts";
import { disorderOf } from "./part-order.ts";
import { embedRequest, neverAborted, plainRequest } from "./provider-bench.ts";
import type { AnswerScenario } from "./provider-contract-options.ts";

/** What a call gave, in a form that can be compared: without what differs from call to call. */
export type Answer =
  | { readonly choices: readonly AnswerChoice[]; readonly usage: TokenUsage | undefined }
  | { readonly ids: readonly string[]; readonly dropped: number }
  | { readonly embeddings: readonly (readonly number[])[] };

export type AnswerChoice = {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  readonly finish: FinishReason;
};

/** Makes one call and reads its answer to the end. @throws when the parts of a stream are out of order. */
export async function answerOf(
  provider: Provider,
  { call, request = {} }: Pick<AnswerScenario, "call" | "request">,
): Promise<Answer> {
  const asked: ProviderChatRequest = { ...plainRequest, ...request };
  switch (call) {
    case "listModels": {
      const { models, dropped } = await provider.listModels(neverAborted());
      return { ids: models.map((model) => model.id), dropped };
    }
    case "embed":
      return { embeddings: (await provider.embed(embedRequest, neverAborted())).embeddings };
    case "chat":
      return fromCompletion((await provider.chat(asked, neverAborted())).completion);
    case "streamChat":
      return fromParts(await readAll((await provider.streamChat(asked, neverAborted())).batches), "chat");
    case "complete": {
      const answer = await provider.complete?.(promptOf(asked), neverAborted());
      if (answer === undefined) throw new Error("the provider has no method `complete`");
      return fromCompletion(answer.completion);
    }
    case "streamCompletion": {
      const answer = await provider.streamCompletion?.(promptOf(asked), neverAborted());
      if (answer === undefined) throw new Error("the provider has no method `streamCompletion`");
      return fromParts(await readAll(answer.batches), "completion");
    }
  }
}

/** The request that a completion makes of a chat's: its last text is the prompt. */
export function promptOf({ model, messages, params }: ProviderChatRequest): ProviderCompletionRequest {
  const content = messages.at(-1)?.content;
  return { model, prompt: typeof content === "string" ? content : "", params };
}

export async function readAll(
  batches: AsyncIterable<readonly ChatStreamPart[]>,
): Promise<readonly ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const batch of batches) parts.push(...batch);
  return parts;
}

function fromCompletion({
  choices,
  usage,
}: {
  readonly choices: readonly ChatChoice[];
  readonly usage: TokenUsage | undefined;
}): Answer {
  return {
    choices: choices.map((choice) => ({
      text: choice.text,
      reasoning: choice.reasoning,
      refusal: choice.refusal ?? "",
      calls: choice.toolCalls.map((call) => call.function),
      finish: choice.finishReason,
    })),
    usage,
  };
}

type OpenChoice = {
  text: string;
  reasoning: string;
  refusal: string;
  finish: FinishReason;
  readonly calls: Map<number, { readonly name: string; arguments: string }>;
};

/** Puts the parts of a stream together. @throws when their order breaks the port's promise. */
function fromParts(parts: readonly ChatStreamPart[], kind: "chat" | "completion"): Answer {
  const problems = disorderOf(parts, kind);
  if (problems.length > 0) throw new Error(`the parts are out of order: ${problems.join("; ")}`);
  const choices = new Map<number, OpenChoice>();
  let usage: TokenUsage | undefined;
  for (const part of parts) {
    if (part.type === "usage") usage = part.usage;
    else if (part.type !== "raw") {
      const choice = choices.get(part.choice) ?? {
        text: "",
        reasoning: "",
        refusal: "",
        finish: "other",
        calls: new Map(),
      };
      choices.set(part.choice, choice);
      addPart(choice, part);
    }
  }
  return { choices: inOrder(choices).map((choice) => ({ ...choice, calls: inOrder(choice.calls) })), usage };
}

function inOrder<Value>(values: ReadonlyMap<number, Value>): Value[] {
  return [...values].toSorted(([one], [other]) => one - other).map(([, value]) => value);
}

function addPart(choice: OpenChoice, part: Exclude<ChatStreamPart, { type: "usage" | "raw" }>): void {
  if (part.type === "text-delta") choice.text += part.text;
  else if (part.type === "reasoning-delta") choice.reasoning += part.text;
  else if (part.type === "refusal-delta") choice.refusal += part.text;
  else if (part.type === "finish") choice.finish = part.reason;
  else if (part.type === "tool-call-start") choice.calls.set(part.index, { name: part.name, arguments: "" });
  else if (part.type === "tool-call-arguments-delta") {
    const call = choice.calls.get(part.index);
    if (call !== undefined) call.arguments += part.text;
  }
}
