import { Ollama } from "ollama";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { startDemoProviders } from "./demo.ts";

test("serves labeled models whose answers say that they are simulated", async () => {
  await using demo = await startDemoProviders();
  demo.ollama.setPace({ loadMs: 0, firstTokenMs: 0, tokenMs: 0 });
  demo.openai.setPace({ firstTokenMs: 0, tokenMs: 0 });
  const ollama = new Ollama({ host: demo.ollama.url });
  const openai = new OpenAI({ baseURL: demo.openai.baseUrl, apiKey: "any" });
  const messages = [
    { role: "system" as const, content: "You are a pirate." },
    { role: "user" as const, content: "hello" },
  ];

  const names = (await ollama.list()).models.map(({ name }) => name);
  const ids = (await openai.models.list()).data.map(({ id }) => id);
  const thought = await ollama.chat({ model: "qwen3:8b", messages });
  const answer = await openai.chat.completions.create({ model: "sim-gpt-small", messages });

  expect(names).toEqual(["llama3.2:latest", "qwen3:8b", "llava:7b", "nomic-embed-text:latest"]);
  expect(ids).toEqual(["sim-gpt-small", "sim-gpt-large", "sim-embed"]);
  expect(thought.message.thinking).toContain("The user asks");
  expect(thought.message.content).toMatch(/^I was told: “You are a pirate.”.*Simulated answer of qwen3:8b/s);
  expect(answer.choices[0]?.message.content).toContain("(Simulated answer of sim-gpt-small.)");
});

test("speaks at roughly forty tokens a second", async () => {
  await using demo = await startDemoProviders();
  const openai = new OpenAI({ baseURL: demo.openai.baseUrl, apiKey: "any" });
  const request = {
    model: "sim-gpt-small",
    messages: [{ role: "user" as const, content: "hi" }],
    max_tokens: 12,
  };
  const startedAt = performance.now();

  const answer = await openai.chat.completions.create(request);

  expect(answer.usage?.completion_tokens).toBe(12);
  expect(performance.now() - startedAt).toBeGreaterThan(220 + 11 * 25 - 20);
});
