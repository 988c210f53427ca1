import type { ProviderChatRequest } from "@corral/core";
import type { ChatResponse, Message, Ollama, Tool } from "ollama";
import type OpenAI from "openai";

/** An answer in words that two clients can be compared in. */
export type OfficialAnswer = {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly arguments: object }[];
  readonly finish: string;
  readonly usage: { readonly prompt: number; readonly completion: number };
};

type Mode = "streamed" | "whole";

/** What the `openai` client makes of a chat. */
export async function askOpenAI(
  client: OpenAI,
  { model, messages, params, tools }: ProviderChatRequest,
  mode: Mode,
): Promise<OfficialAnswer> {
  const body = {
    model,
    // safe: our messages, tools and params have OpenAI's shape
    messages: [...messages] as OpenAI.ChatCompletionMessageParam[],
    ...(params as object),
    ...(tools && { tools: [...tools] as OpenAI.ChatCompletionTool[] }),
  };
  if (mode === "whole") {
    const { choices, usage } = await client.chat.completions.create({ ...body, stream: false });
    const message = choices[0]?.message;
    return {
      text: message?.content ?? "",
      reasoning: reasoningOf(message),
      calls: (message?.tool_calls ?? []).flatMap((call) =>
        call.type === "function" ? [toCall(call.function.name, call.function.arguments)] : [],
      ),
      finish: choices[0]?.finish_reason ?? "",
      usage: counted(usage),
    };
  }
  const stream_options = { include_usage: true };
  return collect(await client.chat.completions.create({ ...body, stream: true, stream_options }));
}

async function collect(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<OfficialAnswer> {
  const answer = { text: "", reasoning: "", finish: "", usage: counted(undefined) };
  const calls: { name: string; text: string }[] = [];
  for await (const { choices, usage } of stream) {
    const [choice] = choices;
    // Azure's filters report in chunks without one, whatever the client's types say.
    const delta: OpenAI.ChatCompletionChunk.Choice.Delta | undefined = choice?.delta;
    answer.text += delta?.content ?? "";
    answer.reasoning += reasoningOf(delta);
    answer.finish = choice?.finish_reason ?? answer.finish;
    if (usage) answer.usage = counted(usage);
    for (const { index, function: called } of delta?.tool_calls ?? []) {
      const call = (calls[index] ??= { name: "", text: "" });
      call.name += called?.name ?? "";
      call.text += called?.arguments ?? "";
    }
  }
  return { ...answer, calls: calls.map(({ name, text }) => toCall(name, text)) };
}

/** What the `ollama` client makes of a chat. */
export async function askOllama(
  client: Ollama,
  { model, messages, params, tools }: ProviderChatRequest,
  mode: Mode,
): Promise<OfficialAnswer> {
  const { max_tokens, response_format, ...options } = params;
  const request = {
    model,
    // safe: the tests send texts
    messages: [...messages] as Message[],
    ...(tools && { tools: [...tools] as Tool[] }),
    ...(response_format?.type === "json_schema" && { format: response_format.json_schema.schema }),
    options: { ...options, ...(max_tokens !== undefined && { num_predict: max_tokens }) } as object,
  };
  if (mode === "whole") return fromLines([await client.chat({ ...request, stream: false })]);
  const lines: ChatResponse[] = [];
  for await (const line of await client.chat({ ...request, stream: true })) lines.push(line);
  return fromLines(lines);
}

function fromLines(lines: readonly ChatResponse[]): OfficialAnswer {
  const calls = lines
    .flatMap(({ message }) => message.tool_calls ?? [])
    .map((call) => ({ name: call.function.name, arguments: call.function.arguments }));
  const last = lines.at(-1);
  return {
    text: lines.map(({ message }) => message.content).join(""),
    reasoning: lines.map(({ message }) => message.thinking ?? "").join(""),
    calls,
    // Ollama says "stop" for calls as well.
    finish: calls.length > 0 ? "tool_calls" : (last?.done_reason ?? ""),
    usage: { prompt: last?.prompt_eval_count ?? 0, completion: last?.eval_count ?? 0 },
  };
}

function toCall(name: string, text: string): OfficialAnswer["calls"][number] {
  return { name, arguments: JSON.parse(text) as object }; // safe: compared next
}

/** Not in the client's types, though it hands it on, under the name that the server gives it. */
function reasoningOf(message: object | undefined): string {
  const named = Object.entries(message ?? {}).filter(([name]) => /^reasoning(?:_content)?$/u.test(name));
  return named.map(([, value]) => (typeof value === "string" ? value : "")).join("");
}

function counted(
  usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | null | undefined,
) {
  return { prompt: usage?.prompt_tokens ?? 0, completion: usage?.completion_tokens ?? 0 };
}
