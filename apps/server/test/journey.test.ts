import { startSimulatedOllama, startSimulatedOpenAI } from "@corral/simulated-providers";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { addMember, signUpAdministrator, type Person } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-test-server.ts";

const ollamaModels = ["llama3.2:latest", "qwen3:8b"];

async function connectOllama(administrator: Person, url: string): Promise<string> {
  const { uid } = await administrator.trpc.connections.create.mutate({
    provider: "ollama",
    name: "Lab",
    url,
  });
  await administrator.trpc.connections.refresh.mutate({ uid });
  return uid;
}

async function openaiFor(server: TestServer, person: Person): Promise<OpenAI> {
  const { key } = await person.trpc.keys.replaceDefault.mutate();
  return new OpenAI({ apiKey: key, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

describe("from an empty server to a streamed answer", () => {
  test("a custom model over Ollama streams and answers whole, with its prompt and params, for whom it is shared with", async () => {
    await using ollama = await startSimulatedOllama({ models: ollamaModels });
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    const bob = await addMember(server, ada, "Bob");
    const eve = await addMember(server, ada, "Eve");
    await connectOllama(ada, ollama.url);
    const support = await ada.trpc.groups.create.mutate({ name: "Support", memberIds: [bob.id] });
    await ada.trpc.models.create.mutate({
      id: "support-bot",
      name: "Support bot",
      baseModelId: "llama3.2",
      params: { system: "You help {{USER_NAME}}.", temperature: 0.3 },
      access: {
        kind: "restricted",
        read: { groupIds: [support.id], userIds: [] },
        write: { groupIds: [], userIds: [] },
      },
    });
    const bobs = await openaiFor(server, bob);
    const eves = await openaiFor(server, eve);

    const listed = (await bobs.models.list()).data.map((model) => model.id);
    const streamed = await textOf(
      await bobs.chat.completions.create({
        model: "support-bot",
        messages: [{ role: "user", content: "hello" }],
        stream: true,
      }),
    );
    const whole = await bobs.chat.completions.create({
      model: "support-bot",
      messages: [{ role: "user", content: "hello" }],
    });
    const evesList = (await eves.models.list()).data;
    const evesCall = await eves.chat.completions
      .create({ model: "support-bot", messages: [{ role: "user", content: "hello" }] })
      .catch((error: unknown) => error);

    expect(listed).toStrictEqual(["support-bot"]);
    expect(streamed).toContain("hello");
    expect(whole.choices[0]?.message.content).toBe(streamed);
    expect(whole.model).toBe("support-bot");
    expect(whole.usage?.total_tokens).toBeGreaterThan(0);
    expect(evesList).toStrictEqual([]);
    expect(evesCall).toMatchObject({ status: 404, code: "model_not_found" });
    const sent = ollama.journal.of("/api/chat").map((entry) => entry.body);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatchObject({
      model: "llama3.2:latest",
      messages: [
        { role: "system", content: "You help Bob." },
        { role: "user", content: "hello" },
      ],
      options: { temperature: 0.3 },
    });
  });

  test("an OpenAI connection keeps everything of the dialect but id and model", async () => {
    await using openai = await startSimulatedOpenAI({
      models: ["sim-gpt-small"],
      apiKey: "sk-upstream-secret",
    });
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    const { uid } = await ada.trpc.connections.create.mutate({
      provider: "openai",
      name: "Main",
      url: openai.baseUrl,
      authType: "bearer",
      key: "sk-upstream-secret",
    });
    await ada.trpc.connections.refresh.mutate({ uid });
    const client = await openaiFor(server, ada);

    const stream = await client.chat.completions.create({
      model: "sim-gpt-small",
      messages: [{ role: "user", content: "hello" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);

    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks.at(-1)?.choices).toStrictEqual([]);
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
    expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason === "stop")).toHaveLength(1);
    expect(openai.journal.of("/v1/chat/completions")[0]?.headers).toMatchObject({
      authorization: "Bearer sk-upstream-secret",
    });
    const page = await ada.trpc.connections.list.query();
    expect(JSON.stringify(page)).not.toContain("sk-upstream-secret");
    expect(server.logged()).not.toContain("sk-upstream-secret");
  });

  test("a caller who leaves closes the upstream call within a second", async () => {
    await using ollama = await startSimulatedOllama({
      models: ollamaModels,
      pace: { firstTokenMs: 0, tokenMs: 20 },
      reply: () => "word ".repeat(2_000),
    });
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    await connectOllama(ada, ollama.url);
    const client = await openaiFor(server, ada);

    const stream = await client.chat.completions.create({
      model: "llama3.2",
      messages: [{ role: "user", content: "go on" }],
      stream: true,
    });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) break;
    }
    const leftAt = Date.now();
    const [entry] = ollama.journal.of("/api/chat");
    if (entry === undefined) throw new Error("the call never reached the provider");
    await ollama.journal.whenClosed(entry);

    expect(Date.now() - leftAt).toBeLessThan(1_000);
    expect(entry.closedByClientAt).toBeDefined();
  });

  test("the typed client streams the same answer event by event", async () => {
    await using ollama = await startSimulatedOllama({ models: ollamaModels });
    await using server = await startTestServer();
    const ada = await signUpAdministrator(server);
    await connectOllama(ada, ollama.url);

    const events = await ada.trpc.chat.stream.mutate({
      model: "llama3.2",
      messages: [{ role: "user", content: "hello" }],
    });
    const seen: string[] = [];
    let text = "";
    for await (const event of events) {
      seen.push(event.type);
      if (event.type === "text") text += event.text;
    }
    const whole = await ada.trpc.chat.complete.mutate({
      model: "llama3.2",
      messages: [{ role: "user", content: "hello" }],
    });

    expect(seen[0]).toBe("start");
    expect(seen.at(-1)).toBe("finish");
    expect(text).toBe(whole.choices[0]?.text);
  });
});
