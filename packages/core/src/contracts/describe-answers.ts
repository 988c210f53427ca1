import { describe, expect, test } from "vitest";
import type { ChatStreamPart } from "../chat/chat-stream-part.ts";
import { byteByByte, inOnePiece, splitAt, type Chunking } from "../testing/scripted-upstream.ts";
import { collectParts, failureOf, neverAborted, openBench, plainRequest, textOf } from "./provider-bench.ts";
import type { ProviderContractOptions, ProviderScenarios } from "./provider-contract-options.ts";

export function describeAnswers(options: ProviderContractOptions): void {
  describe("answers", () => {
    describeText(options);
    describeTools(options);
    describeReasoning(options);
    describeEmbeddings(options);
  });
}

function describeText(options: ProviderContractOptions): void {
  const { text } = options.scenarios;

  test("begins each choice, ends it once, and says the usage before the end", async () => {
    await using bench = await openBench(options, text.streamed);

    const parts = await collectParts(bench.provider, plainRequest);

    expect(disorderOf(parts)).toEqual([]);
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
    expect(parts.find((part) => part.type === "usage")).toEqual({ type: "usage", usage: text.usage });
  });

  test("reads the same text however the bytes arrive", async () => {
    const bytes = "body" in text.streamed ? new TextEncoder().encode(String(text.streamed.body)).length : 0;
    // Each split is a connection; on real sockets a sample must do.
    const step = options.serve === undefined ? 1 : Math.ceil(bytes / 20);
    const splits = Array.from({ length: Math.ceil(bytes / step) }, (_, at) => splitAt(at * step));
    const chunkings: Chunking[] = [inOnePiece, byteByByte, ...splits];

    const texts = new Set<string>();
    for (const chunking of chunkings) {
      await using bench = await openBench(options, text.streamed, { chunking });
      texts.add(textOf(await collectParts(bench.provider, plainRequest)));
    }

    expect([...texts]).toEqual([text.text]);
  });

  test("gives the same answer whole", async () => {
    await using bench = await openBench(options, text.whole ?? text.streamed);

    const { completion } = await bench.provider.chat(plainRequest, neverAborted());

    expect(completion.choices).toMatchObject([
      { index: 0, text: text.text, finishReason: "stop", toolCalls: [] },
    ]);
    expect(completion.usage).toEqual(text.usage);
  });
}

function describeTools(options: ProviderContractOptions): void {
  const { tools } = options.scenarios;
  const declared = options.capabilities.includes("tools");

  test("has scenarios for what it declares", () => {
    expect(tools !== undefined).toBe(declared);
    expect(options.scenarios.reasoning !== undefined).toBe(options.capabilities.includes("reasoning"));
    expect(options.scenarios.embeddings !== undefined).toBe(options.capabilities.includes("embeddings"));
  });
  if (tools === undefined) return;
  const request = {
    ...plainRequest,
    tools: tools.calls.map(({ name }) => ({ type: "function" as const, function: { name } })),
  };

  test.each([
    ["in one piece", inOnePiece],
    ["byte by byte", byteByByte],
  ] as const)("gives tool calls whole, each with an id of its own, %s", async (_, chunking) => {
    await using bench = await openBench(options, tools.streamed, { chunking });

    const parts = await collectParts(bench.provider, request);

    expect(disorderOf(parts)).toEqual([]);
    expect(callsOf(parts)).toEqual(tools.calls);
    const ids = parts.flatMap((part) => (part.type === "tool-call-start" ? [part.id] : []));
    expect(new Set(ids).size).toBe(tools.calls.length);
    expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "tool_calls" });
  });

  test("gives the same tool calls in a whole answer", async () => {
    await using bench = await openBench(options, tools.whole ?? tools.streamed);

    const { completion } = await bench.provider.chat(request, neverAborted());

    const calls = completion.choices[0]?.toolCalls.map((call) => ({
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments) as object, // safe: compared next
    }));
    expect(calls).toEqual(tools.calls);
    expect(completion.choices[0]?.finishReason).toBe("tool_calls");
  });
}

function describeReasoning(options: ProviderContractOptions): void {
  const { reasoning } = options.scenarios;
  if (reasoning === undefined) return;

  test("keeps reasoning apart from the text", async () => {
    await using streaming = await openBench(options, reasoning.streamed);
    await using whole = await openBench(options, reasoning.whole ?? reasoning.streamed);

    const parts = await collectParts(streaming.provider, plainRequest);
    const { completion } = await whole.provider.chat(plainRequest, neverAborted());

    const thought = parts.map((part) => (part.type === "reasoning-delta" ? part.text : "")).join("");
    expect({ thought, text: textOf(parts) }).toEqual({ thought: reasoning.reasoning, text: reasoning.text });
    expect(completion.choices).toMatchObject([{ reasoning: reasoning.reasoning, text: reasoning.text }]);
  });
}

const embedRequest = { model: "contract-model", input: ["one", "two"] };

function describeEmbeddings(options: ProviderContractOptions): void {
  const { embeddings } = options.scenarios;
  if (embeddings === undefined) describeNoEmbeddings(options);
  else describeSomeEmbeddings(options, embeddings);
}

function describeNoEmbeddings(options: ProviderContractOptions): void {
  test("refuses embeddings, which it lacks", async () => {
    await using bench = await openBench(options, options.scenarios.health);

    const failure = await failureOf(() => bench.provider.embed(embedRequest, neverAborted()));

    expect(failure.code).toBe("unsupported_feature");
  });
}

function describeSomeEmbeddings(
  options: ProviderContractOptions,
  { reply, vectors }: NonNullable<ProviderScenarios["embeddings"]>,
): void {
  test("gives a vector an input, in their order", async () => {
    await using bench = await openBench(options, reply);

    const answer = await bench.provider.embed(embedRequest, neverAborted());

    expect(answer.embeddings).toEqual(vectors);
  });
}

/** What is wrong with the order of parts; empty when nothing is. */
function disorderOf(parts: readonly ChatStreamPart[]): string[] {
  const started = new Set<number>();
  const finished = new Set<number>();
  const openCalls = new Set<string>();
  const problems: string[] = [];
  for (const part of parts) {
    if (part.type === "usage") {
      if (finished.size > 0) problems.push("usage after a finish");
      continue;
    }
    if (part.type === "raw") continue;
    if (finished.has(part.choice)) problems.push(`${part.type} after the finish of its choice`);
    if (part.type === "message-start") {
      if (started.has(part.choice)) problems.push("a second message-start");
      started.add(part.choice);
    } else if (!started.has(part.choice)) problems.push(`${part.type} before message-start`);
    if (part.type === "finish") {
      finished.add(part.choice);
      if (openCalls.size > 0) problems.push("finish before tool-call-end");
    }
    if ("index" in part) trackCall(part, openCalls, problems);
  }
  if (started.size === 0 || finished.size !== started.size) problems.push("not every choice has a finish");
  return problems;
}

function trackCall(
  part: Extract<ChatStreamPart, { index: number }>,
  openCalls: Set<string>,
  problems: string[],
): void {
  const call = `${part.choice}/${part.index}`;
  if (part.type === "tool-call-start") openCalls.add(call);
  else if (!openCalls.has(call)) problems.push(`${part.type} without tool-call-start`);
  if (part.type === "tool-call-end") openCalls.delete(call);
}

function callsOf(parts: readonly ChatStreamPart[]): { name: string; arguments: unknown }[] {
  const calls = new Map<number, { name: string; text: string }>();
  for (const part of parts) {
    if (part.type === "tool-call-start") calls.set(part.index, { name: part.name, text: "" });
    const call = part.type === "tool-call-arguments-delta" ? calls.get(part.index) : undefined;
    if (call !== undefined && part.type === "tool-call-arguments-delta") call.text += part.text;
  }
  return [...calls.values()].map(({ name, text }) => ({ name, arguments: JSON.parse(text) as unknown }));
}
