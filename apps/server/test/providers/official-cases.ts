import type { ChatChoice, JsonObject, Provider, ProviderChatRequest } from "@corral/core";
import type { Reply } from "@corral/simulated-providers";
import type { OfficialAnswer } from "./official-answer.ts";
import { never } from "./provider-bench.ts";

const schema: JsonObject = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer" } },
  required: ["city", "days"],
};
const tools = [
  { type: "function" as const, function: { name: "look_up", description: "Looks up", parameters: schema } },
  {
    type: "function" as const,
    function: { name: "now", description: "Tells the time", parameters: { type: "object" } },
  },
];

export type OfficialCase = {
  readonly what: string;
  /** What both must have read, so that they do not agree on nothing. */
  readonly shows: Partial<OfficialAnswer>;
  readonly reply?: Reply;
  readonly request: Partial<ProviderChatRequest>;
};

const calls = [
  { name: "look_up", arguments: { city: "Zürich", days: 3 } },
  { name: "now", arguments: {} },
];

/** What is asked of every client. */
export const officialCases: readonly OfficialCase[] = [
  {
    what: "text",
    reply: { text: ["Grüße, ", "世界 ", "🐎"] },
    shows: { text: "Grüße, 世界 🐎", finish: "stop" },
    request: {},
  },
  { what: "nothing", reply: { text: "" }, shows: { text: "", calls: [] }, request: {} },
  {
    what: "tool calls",
    shows: { calls, finish: "tool_calls" },
    reply: {
      text: "",
      toolCalls: calls,
    },
    request: { tools },
  },
  {
    what: "reasoning",
    reply: { text: "42", reasoning: "Let me think… 🤔" },
    shows: { text: "42", reasoning: "Let me think… 🤔" },
    request: {},
  },
  {
    what: "structured output",
    shows: { text: '{"city":"text","days":1}' },
    request: { params: { response_format: { type: "json_schema", json_schema: { name: "trip", schema } } } },
  },
  {
    what: "an end at a length",
    reply: { text: ["one ", "two ", "three"] },
    shows: { text: "one two ", finish: "length" },
    request: { params: { max_tokens: 2 } },
  },
  {
    what: "params",
    shows: { text: "You " },
    request: { params: { temperature: 0.3, top_p: 0.9, seed: 7, stop: ["said"] } },
  },
];

export const ask = (model: string, request: Partial<ProviderChatRequest>): ProviderChatRequest => ({
  model,
  messages: [
    { role: "system", content: "You are terse." },
    { role: "user", content: "Hi" },
  ],
  params: {},
  ...request,
});

function toAnswer({ text, reasoning, toolCalls, finishReason }: ChatChoice): Omit<OfficialAnswer, "usage"> {
  return {
    text,
    reasoning,
    calls: toolCalls.map((call) => ({
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments) as object,
    })), // safe: compared next
    finish: finishReason,
  };
}

/** What our package makes of a chat. */
export async function askOurs(
  provider: Provider,
  request: ProviderChatRequest,
  mode: "streamed" | "whole",
): Promise<OfficialAnswer> {
  if (mode === "whole") {
    const { completion } = await provider.chat(request, never);
    const [choice] = completion.choices;
    if (choice === undefined) throw new Error("no choice");
    return { ...toAnswer(choice), usage: counted(completion.usage) };
  }
  const collected = {
    text: "",
    reasoning: "",
    calls: new Map<number, { name: string; text: string }>(),
    finish: "",
    usage: counted(undefined),
  };
  for await (const batch of (await provider.streamChat(request, never)).batches) {
    for (const part of batch) {
      if (part.type === "text-delta") collected.text += part.text;
      else if (part.type === "reasoning-delta") collected.reasoning += part.text;
      else if (part.type === "tool-call-start")
        collected.calls.set(part.index, { name: part.name, text: "" });
      else if (part.type === "tool-call-arguments-delta") {
        const call = collected.calls.get(part.index);
        if (call !== undefined) call.text += part.text;
      } else if (part.type === "usage") collected.usage = counted(part.usage);
      else if (part.type === "finish") collected.finish = part.reason;
    }
  }
  const calls = [...collected.calls.values()].map(({ name, text }) => ({
    name,
    arguments: JSON.parse(text) as object,
  })); // safe: compared next
  return { ...collected, calls };
}

function counted(usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined) {
  return { prompt: usage?.promptTokens ?? 0, completion: usage?.completionTokens ?? 0 };
}

export function closing(provider: Provider): Provider & AsyncDisposable {
  return { ...provider, [Symbol.asyncDispose]: () => provider.close() };
}
