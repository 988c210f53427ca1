import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signUpAdministrator, type Person } from "../support/people.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { aimockModel, aimockScripts, startAimock, type Aimock } from "./start-aimock.ts";

/** The journey of `pnpm test:peers`, over providers simulated by others, wherever those are right. */

const { answer, reasoning, conclusion, json, loop, embedding } = aimockScripts;

const user = (content: string): OpenAI.ChatCompletionUserMessageParam => ({ role: "user", content });
const getFlag: OpenAI.ChatCompletionTool = {
  type: "function",
  function: {
    name: "get_flag",
    parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
  },
};

describe.each(["openai", "ollama"] as const)("the journey over aimock's %s", (provider) => {
  const path = provider === "openai" ? "/v1/chat/completions" : "/api/chat";
  const resources = new AsyncDisposableStack();
  let aimock: Aimock;
  let ada: Person;
  let client: OpenAI;

  beforeAll(async () => {
    aimock = resources.use(await startAimock());
    const server = resources.use(await startTestServer());
    ada = await signUpAdministrator(server);
    const { uid } = await ada.trpc.connections.create.mutate({ provider, name: "aimock", url: aimock.url });
    await ada.trpc.connections.refresh.mutate({ uid });
    const { key } = await ada.trpc.keys.replaceDefault.mutate();
    client = new OpenAI({ apiKey: key, baseURL: `${server.url}/v1`, maxRetries: 0, timeout: 10_000 });
  });
  afterAll(() => resources.disposeAsync());

  const complete = (body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>) =>
    client.chat.completions.create({ model: aimockModel, messages: [user("Hi")], ...body });
  const stream = async (body: Partial<OpenAI.ChatCompletionCreateParamsStreaming>) => {
    const request = { model: aimockModel, messages: [user("Hi")], ...body, stream: true as const };
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of await client.chat.completions.create(request)) chunks.push(chunk);
    return chunks;
  };
  const joinField = (chunks: readonly OpenAI.ChatCompletionChunk[], field: string): string =>
    chunks
      .flatMap(({ choices }) => Object.entries(choices[0]?.delta ?? {}))
      .map(([name, value]) => (name === field && typeof value === "string" ? value : ""))
      .join("");

  test("lists the model in the dashboard's list and in the gateway's", async () => {
    const { rows } = await ada.trpc.models.list.query({});
    const { data } = await client.models.list();

    expect(rows).toMatchObject([{ id: aimockModel, kind: "base", status: "ready", provider }]);
    expect(data.map(({ id }) => id)).toEqual([aimockModel]);
  });

  test("sends a custom model's prompt and params, and answers under its name", async () => {
    const params = { system: "You help {{USER_NAME}}.", temperature: 0.3 };
    await ada.trpc.models.create.mutate({ id: "helper", name: "Helper", baseModelId: aimockModel, params });

    const { model, choices } = await complete({ model: "helper" });

    expect({ model, text: choices[0]?.message.content }).toEqual({ model: "helper", text: answer });
    expect(aimock.received(path).at(-1)).toMatchObject({
      model: aimockModel,
      messages: [
        { role: "system", content: "You help Ada." },
        { role: "user", content: "Hi" },
      ],
    });
    await ada.trpc.models.delete.mutate({ id: "helper" });
  });

  test("answers whole and streamed alike", async () => {
    const whole = await complete({});
    const chunks = await stream({ stream_options: { include_usage: true } });

    expect(whole.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: answer } });
    expect(joinField(chunks, "content")).toBe(answer);
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === "stop")).toHaveLength(1);
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
  });

  test("calls a tool, whole and streamed, and answers after its result", async () => {
    const whole = await complete({ tools: [getFlag] });
    const chunks = await stream({ tools: [getFlag] });

    const [call] = whole.choices[0]?.message.tool_calls ?? [];
    expect(whole.choices[0]?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({ id: expect.any(String), type: "function", function: { name: "get_flag" } });
    const fragments = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    const text = fragments.map((fragment) => fragment.function?.arguments ?? "").join("");
    expect(JSON.parse(text)).toEqual({ on: true });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
    const after = await complete({
      tools: [getFlag],
      messages: [
        user("Hi"),
        { role: "assistant", tool_calls: call === undefined ? [] : [call] },
        { role: "tool", tool_call_id: call?.id ?? "", content: "yes" },
      ],
    });
    expect(after.choices[0]?.message.content).toBe(answer);
  });

  test("streams an endless answer for as long as somebody listens", async () => {
    const endless = await client.chat.completions.create({
      model: aimockModel,
      messages: [user("LOOP")],
      stream: true,
    });
    let text = "";
    for await (const { choices } of endless) {
      text += choices[0]?.delta.content ?? "";
      if (text.length >= 5 * loop.length) break;
    }

    expect(text).toMatch(new RegExp(`^(${loop})+$`));
  });

  // Here aimock's Ollama is wrong, or hides what it received: see start-aimock.ts.
  if (provider === "ollama") return;

  test("passes a JSON schema on", async () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const json_schema = { name: "flag", schema };

    const { choices } = await complete({
      messages: [user("JSON")],
      response_format: { type: "json_schema", json_schema },
    });

    expect(choices[0]?.message.content).toBe(json);
    expect(aimock.received(path).at(-1)).toMatchObject({ response_format: { json_schema } });
  });

  test("keeps reasoning apart from the answer, and embeds", async () => {
    const whole = await complete({ messages: [user("THINK")] });
    const chunks = await stream({ messages: [user("THINK")] });
    const { data } = await client.embeddings.create({ model: aimockModel, input: ["a", "b"] });

    expect(whole.choices[0]?.message).toMatchObject({ reasoning_content: reasoning, content: conclusion });
    expect(joinField(chunks, "reasoning_content")).toBe(reasoning);
    expect(joinField(chunks, "content")).toBe(conclusion);
    expect(data.map((item) => item.embedding.map((value) => Number(value.toFixed(6))))).toEqual([
      embedding,
      embedding,
    ]);
  });
});
