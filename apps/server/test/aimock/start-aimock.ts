import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";

/**
 * What aimock 1.43.0 does otherwise than the real servers, and what is therefore not tested against it:
 *
 * - OpenAI: `max_tokens` and `response_format` change nothing; token counts are estimates from the text's length;
 *   embeddings count no tokens and are floats even when base64 was asked for; reasoning comes before the role.
 * - Ollama: `version`, `ps`, `show` are 404; reasoning is in `reasoning_content` instead of `thinking`; `embed` answers
 *   one `embedding` instead of `embeddings`; every count is 0; errors are an object instead of a text; a tag has neither
 *   digest nor size, and no `:latest`. Its journal shows a call translated to OpenAI's shape, without `format`.
 */
export type Aimock = AsyncDisposable & {
  /** Ollama's API is below `/api`, OpenAI's below `/v1`. */
  readonly url: string;
  /** Bodies of the calls that arrived at a path, in OpenAI's shape. */
  readonly received: (path: string) => readonly unknown[];
};

/** The one model; its last message decides what it says. */
export const aimockModel = "tiny:latest";

/** The same as those of the tiny model that `tooling/peers` runs on a real server. */
export const aimockScripts = {
  answer: "Hello from a tiny model. One two three four five.",
  reasoning: "Let me think about it briefly.",
  conclusion: "The answer is forty two.",
  json: '{"a": "x", "n": true}',
  toolCall: { name: "get_flag", arguments: '{"on": true}' },
  loop: " tick tock",
  embedding: [0.6, 0.8, 0],
} as const;

/** Errors that a word in the last message asks for. */
export const aimockFailures = [
  { word: "LIMIT", status: 429, error: "Slow down" },
  { word: "CRASH", status: 500, error: "The backend fell over" },
  { word: "REFUSE", status: 400, error: "No such role" },
  { word: "LOCKED", status: 401, error: "Who are you" },
] as const;

/** A server by others, on a port of its own, that speaks both protocols. */
export async function startAimock(): Promise<Aimock> {
  const { answer, reasoning, conclusion, json, toolCall, loop, embedding } = aimockScripts;
  const mock = new LLMock({ host: "127.0.0.1", port: 0 });
  const when = (predicate: (request: ChatCompletionRequest) => boolean) =>
    ({ model: aimockModel, endpoint: "chat", predicate }) as const;
  const says = (word: string) => when((request) => textOf(request).includes(word));

  for (const { word, status, error } of aimockFailures) {
    mock.on(says(word), { error: { message: error, type: "aimock_error" }, status });
  }
  mock
    .on(
      when((request) => (request.tools ?? []).length > 0 && request.messages.at(-1)?.role === "user"),
      { toolCalls: [toolCall] },
      { chunkSize: 5 },
    )
    .on(says("JSON"), { content: json })
    .on(says("LOOP"), { content: loop.repeat(10_000) }, { chunkSize: loop.length, latency: 5 })
    .on(says("THINK"), { reasoning, content: conclusion })
    .on(
      when(() => true),
      { content: answer },
    )
    .on({ model: aimockModel, endpoint: "embedding" }, { embedding: [...embedding] });
  const url = await mock.start();
  return {
    url,
    received: (path) =>
      mock
        .getRequests()
        .filter((entry) => entry.path === path)
        .map((entry) => entry.body),
    [Symbol.asyncDispose]: () => mock.stop(),
  };
}

function textOf({ messages }: ChatCompletionRequest): string {
  const content = messages.at(-1)?.content ?? "";
  return typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");
}
