import { expect } from "vitest";
import { byteByByte, inOnePiece, splitAt, type ScriptedReply } from "../testing/scripted-upstream.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { disorderOf } from "./part-order.ts";
import { answerOf, type Answer } from "./provider-answer.ts";
import {
  collectParts,
  embedRequest,
  failureOf,
  neverAborted,
  openBench,
  plainRequest,
  textOf,
} from "./provider-bench.ts";
import type { AnswerScenario, ExpectedCall, ProviderContractOptions } from "./provider-contract-options.ts";
import { withUnknownFields } from "./unknown-fields.ts";

const rule = rulesOf("answers");

export function answerRules(options: ProviderContractOptions): ContractRule[] {
  return [
    ...textRules(options),
    ...toolRules(options),
    ...reasoningRules(options),
    ...embeddingRules(options),
    ...furtherRules(options),
  ];
}

/** Every offset at which the bytes of a reply can be cut; on real sockets each is a connection, so a sample must do. */
export function cutsOf(options: ProviderContractOptions, reply: ScriptedReply): number[] {
  const bytes = "body" in reply ? lengthOf(reply.body) : 0;
  const step = options.serve === undefined ? 1 : Math.max(1, Math.ceil(bytes / 20));
  return Array.from({ length: Math.ceil(bytes / step) }, (_, at) => at * step);
}

function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
}

function textRules(options: ProviderContractOptions): ContractRule[] {
  const { text } = options.scenarios;
  return [
    rule("begins each choice, ends it once, and says the usage before the end", async () => {
      await using bench = await openBench(options, text.streamed);

      const parts = await collectParts(bench.provider, plainRequest);

      expect(disorderOf(parts)).toEqual([]);
      expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
      expect(parts.find((part) => part.type === "usage")).toEqual({ type: "usage", usage: text.usage });
    }),
    rule("reads the same text wherever the bytes are split", async () => {
      const chunkings = [inOnePiece, byteByByte, ...cutsOf(options, text.streamed).map(splitAt)];

      const texts = new Set<string>();
      for (const chunking of chunkings) {
        await using bench = await openBench(options, text.streamed, { chunking });
        texts.add(textOf(await collectParts(bench.provider, plainRequest)));
      }

      expect([...texts]).toEqual([text.text]);
      // A text of single bytes would prove nothing.
      expect(lengthOf(text.text)).toBeGreaterThan(text.text.length);
    }),
    rule("reads the same text from a server that says more about it", async () => {
      await using streaming = await openBench(options, withUnknownFields(text.streamed));
      await using whole = await openBench(options, withUnknownFields(text.whole ?? text.streamed));

      const answers = await Promise.all([
        answerOf(streaming.provider, { call: "streamChat" }),
        answerOf(whole.provider, { call: "chat" }),
      ]);

      const expected = { choices: [{ text: text.text, finish: "stop" }], usage: text.usage };
      expect(answers).toMatchObject([expected, expected]);
    }),
    rule("gives the same answer whole", async () => {
      await using bench = await openBench(options, text.whole ?? text.streamed);

      const { completion } = await bench.provider.chat(plainRequest, neverAborted());

      expect(completion.choices).toMatchObject([
        { index: 0, text: text.text, finishReason: "stop", toolCalls: [] },
      ]);
      expect(completion.usage).toEqual(text.usage);
    }),
    rule("has scenarios for what it declares", async () => {
      const { tools, reasoning, embeddings, completion } = options.scenarios;
      const given = { tools, reasoning, embeddings, completions: completion };
      for (const [capability, scenario] of Object.entries(given)) {
        const isDeclared = (options.capabilities as readonly string[]).includes(capability);
        expect([capability, scenario !== undefined]).toEqual([capability, isDeclared]);
      }
    }),
  ];
}

function toolRules(options: ProviderContractOptions): ContractRule[] {
  const { tools } = options.scenarios;
  if (tools === undefined) return [];
  const request = requestOfCalls(tools.calls);
  const chunkings = [
    ["in one piece", inOnePiece],
    ["byte by byte", byteByByte],
  ] as const;
  return [
    ...chunkings.map(([how, chunking]) =>
      rule(`gives tool calls whole, each with an id of its own, ${how}`, async () => {
        await using bench = await openBench(options, tools.streamed, { chunking });

        const parts = await collectParts(bench.provider, request);

        expect(disorderOf(parts)).toEqual([]);
        const ids = parts.flatMap((part) => (part.type === "tool-call-start" ? [part.id] : []));
        expect(new Set(ids).size).toBe(tools.calls.length);
        expect(parts.at(-1)).toMatchObject({ type: "finish", reason: "tool_calls" });
      }),
    ),
    rule("gives the same tool calls, streamed and in a whole answer", async () => {
      await using streaming = await openBench(options, tools.streamed);
      await using whole = await openBench(options, tools.whole ?? tools.streamed);

      const answers = await Promise.all([
        answerOf(streaming.provider, { call: "streamChat", request }),
        answerOf(whole.provider, { call: "chat", request }),
      ]);

      const expected = { choices: [{ calls: tools.calls, finish: "tool_calls" }] };
      expect(answers.map(withParsedCalls)).toMatchObject([expected, expected]);
    }),
  ];
}

function requestOfCalls(calls: readonly ExpectedCall[]): typeof plainRequest {
  return {
    ...plainRequest,
    tools: calls.map(({ name }) => ({ type: "function" as const, function: { name } })),
  };
}

/** Arguments are compared as values: their text is the model's. */
function withParsedCalls(answer: Answer): object {
  if (!("choices" in answer)) return answer;
  const choices = answer.choices.map((choice) => ({
    ...choice,
    calls: choice.calls.map(({ name, arguments: text }) => ({
      name,
      arguments: JSON.parse(text) as unknown,
    })),
  }));
  return { ...answer, choices };
}

function reasoningRules(options: ProviderContractOptions): ContractRule[] {
  const { reasoning } = options.scenarios;
  if (reasoning === undefined) return [];
  return [
    rule("keeps reasoning apart from the text", async () => {
      await using streaming = await openBench(options, reasoning.streamed);
      await using whole = await openBench(options, reasoning.whole ?? reasoning.streamed);

      const answers = await Promise.all([
        answerOf(streaming.provider, { call: "streamChat" }),
        answerOf(whole.provider, { call: "chat" }),
      ]);

      const expected = { choices: [{ reasoning: reasoning.reasoning, text: reasoning.text }] };
      expect(answers).toMatchObject([expected, expected]);
    }),
  ];
}

function embeddingRules(options: ProviderContractOptions): ContractRule[] {
  const { embeddings, health } = options.scenarios;
  if (embeddings === undefined) {
    return [
      rule("refuses embeddings, which it lacks", async () => {
        await using bench = await openBench(options, health);

        const failure = await failureOf(() => bench.provider.embed(embedRequest, neverAborted()));

        expect(failure.code).toBe("unsupported_feature");
      }),
    ];
  }
  return [
    rule("gives a vector an input, in their order", async () => {
      await using bench = await openBench(options, embeddings.reply);

      const answer = await bench.provider.embed(embedRequest, neverAborted());

      expect(answer.embeddings).toEqual(embeddings.vectors);
    }),
    rule("refuses to embed nothing, and sends nothing", async () => {
      await using bench = await openBench(options, embeddings.reply);

      const failures = await Promise.all(
        [[], ["one", ""]].map((input) =>
          failureOf(() => bench.provider.embed({ ...embedRequest, input }, neverAborted())),
        ),
      );

      expect(failures.map((failure) => failure.code)).toEqual(["invalid_input", "invalid_input"]);
      expect(bench.upstream.requests).toEqual([]);
    }),
  ];
}

/** What other versions and products answer, and what real servers answered when they were recorded. */
function furtherRules(options: ProviderContractOptions): ContractRule[] {
  const further = rulesOf("further answers");
  return (options.scenarios.more ?? []).flatMap((scenario) => [
    further(`${scenario.title} (${scenario.imitates})`, async () => {
      const { reply } = scenario;
      for (const chunking of [inOnePiece, byteByByte]) {
        await using bench = await openBench(options, reply, { chunking });

        await expectAnswer(() => answerOf(bench.provider, scenario), scenario);
      }
    }),
  ]);
}

async function expectAnswer(call: () => Promise<Answer>, { gives }: AnswerScenario): Promise<void> {
  if ("code" in gives) {
    expect((await failureOf(call)).code).toBe(gives.code);
    return;
  }
  const answer = await call();
  if ("vectors" in gives) {
    const lengths = "embeddings" in answer ? answer.embeddings.map((vector) => vector.length) : [];
    expect(lengths).toEqual(Array.from({ length: gives.vectors }, () => gives.dimensions));
  } else expect(withParsedCalls(answer)).toMatchObject(gives);
}
