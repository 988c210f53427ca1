import type { ChatMessage, ChatStreamPart, ProviderChatRequest } from "@corral/core";
import { createUndiciTransport } from "@corral/provider-kit/undici";
import { createOpenAIProvider, type OpenAIProviderSettings, type ServerKind } from "@corral/provider-openai";
import { startSimulatedOpenAI, type SimulatedOpenAIModel } from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";

const never = { signal: new AbortController().signal };
const key = "canary-5up3r-s3cret";

/** What each server gives away: its kind by the list, and what it says of a model that can chat. */
const servers = {
  openai: { knownAs: "generic", facts: { ownedBy: "system" } },
  vllm: { knownAs: "vllm", facts: { contextLength: 32_768 } },
  llamacpp: { knownAs: "llamacpp", facts: { contextLength: 4_096 } },
  "llamacpp-router": { knownAs: "llamacpp-router", facts: { ownedBy: "llamacpp" } },
  lmstudio: { knownAs: "lmstudio", facts: { contextLength: 32_768, capabilities: ["completion", "tools"] } },
  localai: { knownAs: "localai", facts: {} },
  litellm: { knownAs: "litellm", facts: { contextLength: 32_768, maxOutputTokens: 8_192 } },
  openrouter: { knownAs: "openrouter", facts: { capabilities: ["completion", "tools"] } },
  groq: { knownAs: "groq", facts: { maxOutputTokens: 32_768 } },
  mistral: { knownAs: "mistral", facts: { lacks: ["vision"] } },
  deepseek: { knownAs: "deepseek", facts: { ownedBy: "deepseek" } },
  together: { knownAs: "together", facts: { contextLength: 32_768 } },
  fireworks: { knownAs: "fireworks", facts: { capabilities: ["completion", "tools"] } },
  xai: { knownAs: "xai", facts: { aliases: ["sim-1-latest"], capabilities: ["completion", "vision"] } },
  gemini: { knownAs: "gemini", facts: { ownedBy: "google" } },
  anthropic: { knownAs: "anthropic", facts: {} },
  "ollama-v1": { knownAs: "ollama-v1", facts: { ownedBy: "library" } },
  generic: { knownAs: "generic", facts: {} },
} as const satisfies Record<Exclude<ServerKind, "azure">, { knownAs: ServerKind; facts: object }>;
type Name = keyof typeof servers;
const names = Object.keys(servers) as Name[]; // safe: its own keys

/** Of these the simulated product shows no reasoning. */
const silent: ReadonlySet<Name> = new Set(["openai", "gemini", "anthropic"]);
/** These refuse a parameter that a server of which nothing is known is sent. */
const strict: ReadonlySet<Name> = new Set(["openai", "groq", "mistral", "xai", "gemini"]);

async function openServer(
  profile: Name,
  settings: Partial<OpenAIProviderSettings> = { server: profile },
  model: Partial<SimulatedOpenAIModel> = {},
) {
  const id = profile === "gemini" ? "models/sim-1" : "sim-1";
  const simulated = await startSimulatedOpenAI({ profile, apiKey: key, models: [{ id, ...model }, "other"] });
  if (profile === "gemini") simulated.removeModel("other");
  const provider = createOpenAIProvider({
    baseUrl: simulated.url,
    auth: { type: "bearer", key },
    transport: createUndiciTransport({ url: simulated.url }),
    ...(profile === "generic" && { thinkTags: "pair" }),
    ...settings,
  });
  return {
    id,
    provider,
    simulated,
    chats: () => simulated.journal.of("/v1/chat/completions"),
    [Symbol.asyncDispose]: async () => {
      await simulated.stop();
      await provider.close();
    },
  };
}

type Opened = Awaited<ReturnType<typeof openServer>>;

function ask({ id }: Opened, rest: Partial<ProviderChatRequest> = {}): ProviderChatRequest {
  return { model: id, messages: [{ role: "user", content: "Hi" }], params: {}, ...rest };
}

async function stream({ provider }: Opened, request: ProviderChatRequest) {
  const parts: ChatStreamPart[] = [];
  const { batches, notes } = await provider.streamChat(request, never);
  for await (const batch of batches) parts.push(...batch);
  const join = (type: "text-delta" | "reasoning-delta") =>
    parts.map((part) => (part.type === type ? part.text : "")).join("");
  return { parts, notes, text: join("text-delta"), reasoning: join("reasoning-delta") };
}

const everyParam: ProviderChatRequest["params"] = {
  temperature: 0,
  top_p: 0.9,
  top_k: 5,
  min_p: 0.1,
  max_tokens: 50,
  frequency_penalty: 0.5,
  presence_penalty: 0.5,
  seed: 7,
  stop: ["1", "2", "3", "4", "5"],
  logit_bias: { "1": 1 },
  reasoning_effort: "low",
  num_ctx: 4_096,
  repeat_penalty: 1.1,
};

const getFlag = {
  type: "function" as const,
  function: { name: "getFlag", parameters: { type: "object", properties: { on: { type: "boolean" } } } },
};

describe.each(names)("a server like %s", (name) => {
  test("[vector 33] is listed with what it says, and known by its list", async () => {
    const setting = name === "anthropic" ? "anthropic" : "auto";
    await using server = await openServer(name, { server: setting });

    const { models, dropped } = await server.provider.listModels(never);

    expect(models[0]).toMatchObject({ id: server.id, facts: servers[name].facts });
    expect(dropped).toBe(0);
    expect(server.provider.server).toBe(servers[name].knownAs);
    expect(server.chats()).toEqual([]);
  });

  test("[vector 7] answers whole and streamed alike, with usage once", async () => {
    await using server = await openServer(name);

    const { completion } = await server.provider.chat(ask(server), never);
    const { parts, text } = await stream(server, ask(server));

    expect(completion.choices).toMatchObject([{ text: "You said: Hi", finishReason: "stop" }]);
    expect(text).toBe("You said: Hi");
    expect(parts.filter((part) => part.type === "usage")).toEqual([
      { type: "usage", usage: completion.usage },
    ]);
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
  });

  test("[vector 14] keeps reasoning apart from the answer, once, whole and streamed", async () => {
    await using server = await openServer(name, { server: name }, { isReasoning: true });

    const { completion } = await server.provider.chat(ask(server), never);
    const { text, reasoning } = await stream(server, ask(server));

    const expected = silent.has(name) ? "" : "The user said: Hi";
    expect([text, reasoning]).toEqual(["You said: Hi", expected]);
    expect(completion.choices).toMatchObject([{ text: "You said: Hi", reasoning: expected }]);
  });

  test("[vector 58] says of an unknown model that it is unknown, whatever the shape of the error", async () => {
    await using server = await openServer(name);

    const call = server.provider.chat(ask(server, { model: "no-such-model" }), never);

    await expect(call).rejects.toMatchObject({
      code: "upstream_not_found",
      details: { upstreamClass: "model_not_found" },
    });
  });

  test("[vector 23] is sent no parameter that it refuses, and each change is told", async () => {
    await using server = await openServer(name);
    const request = ask(server, { params: everyParam, choiceCount: 2, logprobs: { top: 2 } });

    const { notes } = await server.provider.chat(request, never);

    const { body } = server.chats()[0] ?? {};
    expect(server.chats()).toHaveLength(1);
    expect({ body, notes }).toEqual({
      body: server.provider.previewChat(request).body,
      notes: server.provider.previewChat(request).notes,
    });
    const sent = Object.keys(body as object); // safe: the JSON object that was sent
    const told = new Set(notes.map((note) => note.param));
    for (const param of Object.keys(everyParam)) expect(sent.includes(param) || told.has(param)).toBe(true);
  });

  test("calls a tool by the request's name, and takes its result", async () => {
    await using server = await openServer(name);
    const messages: ChatMessage[] = [{ role: "user", content: "use getFlag" }];
    const request = ask(server, { messages, tools: [getFlag], toolChoice: "required" });

    const { parts } = await stream(server, request);
    const { completion } = await server.provider.chat(request, never);
    const [call] = completion.choices[0]?.toolCalls ?? [];
    const result: ChatMessage[] = [
      ...messages,
      { role: "assistant", content: null, reasoning_content: "Hm", tool_calls: call ? [call] : [] },
      { role: "tool", tool_call_id: call?.id ?? "", content: "yes" },
    ];
    const after = await server.provider.chat(ask(server, { messages: result, tools: [getFlag] }), never);

    expect(parts.find((part) => part.type === "tool-call-start")).toMatchObject({ name: "getFlag" });
    expect(call?.function.name).toBe("getFlag");
    expect(after.completion.choices[0]?.text).toBe("You said: use getFlag");
  });

  test("[vector 28] learns what it refuses while nothing is known of it, and asks it once more only", async () => {
    await using server = await openServer(
      name,
      { server: "generic" },
      { isReasoning: name === "openai" || name === "xai" },
    );
    const params = name === "mistral" ? { seed: 7 } : name === "xai" ? { stop: ["x"] } : { top_k: 5 };
    const request = ask(server, { params });
    // Mistral also refuses to be asked for usage, which only streams are.
    const calls = strict.has(name) ? 2 : 1;

    const first = await server.provider.chat(request, never);
    const callsOfFirst = server.chats().length;
    const second = await server.provider.chat(request, never);

    expect(callsOfFirst).toBe(calls);
    expect(server.chats()).toHaveLength(calls + 1);
    expect(first.notes).toEqual(second.notes);
    expect(server.provider.previewChat(request).notes).toEqual(second.notes);
    expect(second.notes).toEqual(
      strict.has(name)
        ? [{ param: Object.keys(params)[0], action: "dropped", reason: "the model refused it" }]
        : [],
    );
  });
});

test("[vector 34] an id with slashes, colons, spaces, percent signs and letters of any script is listed and called as it is", async () => {
  const ids = ["acme/a:b@c", "My Model.gguf", "50% off", "模型", "x".repeat(200)];
  await using server = await openServer("generic");
  server.simulated.setModels(ids);

  const { models } = await server.provider.listModels(never);
  for (const { id } of models) await server.provider.chat({ ...ask(server), model: id }, never);

  expect(models.map((model) => model.id)).toEqual(ids);
  expect(server.chats().map(({ body }) => Reflect.get(Object(body), "model"))).toEqual(ids);
});

test("a router's models are loaded and unloaded, and nobody learns how it starts them", async () => {
  await using server = await openServer("llamacpp-router");
  const { router } = server.provider;

  const before = await router?.listStates(never);
  await router?.load("sim-1", never);
  const loaded = await router?.getState("sim-1", never);
  await router?.unload("sim-1", never);

  expect(before).toEqual(["sim-1", "other"].map((id) => ({ id, state: "unloaded", hasFailed: false })));
  expect(loaded?.state).toBe("loaded");
  expect((await router?.getState("sim-1", never))?.state).toBe("unloaded");
  await expect(router?.load("absent", never)).rejects.toMatchObject({ code: "upstream_not_found" });
});

test("a prompt is continued and texts are embedded as by OpenAI", async () => {
  await using server = await openServer("vllm");
  server.simulated.addModel({ id: "embed", kinds: ["embedding"], dimensions: 8 });

  const { completion } = await server.provider.complete(
    { model: server.id, prompt: "Once", params: {} },
    never,
  );
  const { embeddings } = await server.provider.embed({ model: "embed", input: ["a", "b"] }, never);

  expect(completion.choices).toMatchObject([{ text: "You said: Once", finishReason: "stop" }]);
  expect(embeddings.map((vector) => vector.length)).toEqual([8, 8]);
});
