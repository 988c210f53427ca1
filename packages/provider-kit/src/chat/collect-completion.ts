import type {
  ChatChoice,
  ChatCompletion,
  ChatStreamPart,
  FinishReason,
  TokenLogprob,
  TokenUsage,
} from "@corral/core";

type OpenChoice = {
  text: string;
  reasoning: string;
  refusal: string | null;
  readonly calls: Map<number, { readonly id: string; readonly name: string; arguments: string }>;
  logprobs: TokenLogprob[] | null;
  finishReason: FinishReason;
  rawFinishReason: string | null;
};

/** Reads a stream to its end and gives the whole answer. */
export async function collectCompletion(
  batches: AsyncIterable<readonly ChatStreamPart[]> | Iterable<readonly ChatStreamPart[]>,
): Promise<ChatCompletion> {
  const choices = new Map<number, OpenChoice>();
  let usage: TokenUsage | undefined;
  for await (const parts of batches) {
    for (const part of parts) {
      if (part.type === "usage") usage = part.usage;
      else if (part.type !== "raw") addPart(choiceAt(choices, part.choice), part);
    }
  }
  const sorted = [...choices].toSorted(([one], [other]) => one - other);
  return { choices: sorted.map(([index, choice]) => toChoice(index, choice)), usage };
}

function addPart(choice: OpenChoice, part: Exclude<ChatStreamPart, { type: "usage" | "raw" }>): void {
  switch (part.type) {
    case "message-start":
    case "tool-call-end":
      return;
    case "text-delta":
      choice.text += part.text;
      return;
    case "reasoning-delta":
      choice.reasoning += part.text;
      return;
    case "refusal-delta":
      choice.refusal = (choice.refusal ?? "") + part.text;
      return;
    case "tool-call-start":
      choice.calls.set(part.index, { id: part.id, name: part.name, arguments: "" });
      return;
    case "tool-call-arguments-delta": {
      const call = choice.calls.get(part.index);
      if (call !== undefined) call.arguments += part.text;
      return;
    }
    case "logprobs":
      choice.logprobs = [...(choice.logprobs ?? []), ...part.content];
      return;
    case "finish":
      choice.finishReason = part.reason;
      choice.rawFinishReason = part.raw;
  }
}

function choiceAt(choices: Map<number, OpenChoice>, index: number): OpenChoice {
  const existing = choices.get(index);
  if (existing !== undefined) return existing;
  const choice: OpenChoice = {
    text: "",
    reasoning: "",
    refusal: null,
    calls: new Map(),
    logprobs: null,
    finishReason: "other",
    rawFinishReason: null,
  };
  choices.set(index, choice);
  return choice;
}

function toChoice(index: number, { calls, ...choice }: OpenChoice): ChatChoice {
  const toolCalls = [...calls]
    .toSorted(([one], [other]) => one - other)
    .map(([, { id, name, arguments: text }]) => ({
      id,
      type: "function" as const,
      function: { name, arguments: text },
    }));
  return { index, ...choice, toolCalls };
}
