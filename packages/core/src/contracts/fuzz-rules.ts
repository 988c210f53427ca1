import { expect } from "vitest";
import { isDomainError } from "../error/domain-error.ts";
import { inOnePiece, type Chunking } from "../testing/scripted-upstream.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { damage } from "./damage.ts";
import { answerOf } from "./provider-answer.ts";
import { openBench } from "./provider-bench.ts";
import type { AnswerScenario, ProviderContractOptions } from "./provider-contract-options.ts";
import { SeededRandom } from "./seeded-random.ts";

/** As for the contract, always in this process. */
export type ProviderFuzzOptions = Omit<ProviderContractOptions, "serve"> & {
  /** Answers that are cut at random, and as many that are damaged at random. Default: 1,000. */
  readonly cases?: number;
  /** The same seed makes the same cases. Default: 1. */
  readonly seed?: number;
};

type Exchange = Pick<AnswerScenario, "call" | "request" | "reply">;

/** Two laws that no list of examples can prove. */
export function fuzzRules(options: ProviderFuzzOptions): readonly ContractRule[] {
  const { cases = 1_000, seed = 1 } = options;
  const exchanges = exchangesOf(options);
  const rule = rulesOf(`random bytes, seed ${seed}`);
  return [
    rule(`[vector 8] gives the same ${exchanges.length} answers in ${cases} random cuts`, async () => {
      const expected = await Promise.all(exchanges.map((exchange) => outcomeOf(options, exchange)));

      for (let number = 0; number < cases; number += 1) {
        const random = new SeededRandom(seed + number);
        const at = number % exchanges.length;
        const chunking: Chunking = (body) => cutAtRandom(body, random);

        const outcome = await outcomeOf(options, exchanges[at], chunking);

        expect(outcome, `case ${number}`).toEqual(expected[at]);
      }
    }),
    rule(
      `[vector 32] survives ${cases} damaged answers with a DomainError or an answer in order`,
      async () => {
        const kinds = { answered: 0, refused: 0 };
        for (let number = 0; number < cases; number += 1) {
          const random = new SeededRandom(seed + number);
          const exchange = exchanges[number % exchanges.length];
          const reply = exchange === undefined ? undefined : damage(exchange.reply, random);

          const outcome = await outcomeOf(options, exchange && reply && { ...exchange, reply });

          if ("untyped" in outcome) throw new Error(`case ${number}`, { cause: outcome.untyped });
          kinds["code" in outcome ? "refused" : "answered"] += 1;
        }
        // Damage that never shows, or always, would prove little.
        expect(kinds.refused).toBeGreaterThan(cases / 10);
        expect(kinds.answered).toBeGreaterThan(0);
      },
    ),
  ];
}

/** Every answer of the scenarios, with the call that it answers. */
function exchangesOf({ scenarios }: Pick<ProviderContractOptions, "scenarios">): Exchange[] {
  const { models, text, tools, reasoning, embeddings, completion } = scenarios;
  const chats = [text, tools, reasoning].flatMap((scenario): Exchange[] =>
    scenario === undefined
      ? []
      : [
          { call: "streamChat", reply: scenario.streamed },
          { call: "chat", reply: scenario.whole ?? scenario.streamed },
        ],
  );
  const failures = [scenarios.truncated, scenarios.failedLater.reply, scenarios.failedAtOnce.reply];
  return [
    { call: "listModels", reply: models.reply },
    ...chats,
    ...(embeddings === undefined ? [] : [{ call: "embed" as const, reply: embeddings.reply }]),
    ...(completion === undefined ? [] : [{ call: "streamCompletion" as const, reply: completion.streamed }]),
    ...failures.map((reply) => ({ call: "streamChat" as const, reply })),
    ...(scenarios.more ?? []),
  ];
}

type Outcome = { readonly code: string } | { readonly untyped: unknown } | object;

async function outcomeOf(
  options: ProviderFuzzOptions,
  exchange: Exchange | undefined,
  chunking: Chunking = inOnePiece,
): Promise<Outcome> {
  if (exchange === undefined) return { untyped: new Error("there is no such exchange") };
  const { serve: _, ...inProcess }: ProviderContractOptions = options;
  await using bench = await openBench(inProcess, exchange.reply, { chunking });
  try {
    return await answerOf(bench.provider, exchange);
  } catch (error) {
    return isDomainError(error) ? { code: error.code } : { untyped: error };
  }
}

/** Up to twenty cuts, some of them at the same place: reads may bring nothing. */
function cutAtRandom(body: Uint8Array, random: SeededRandom): readonly Uint8Array[] {
  const cuts = Array.from({ length: 1 + random.below(20) }, () => random.below(body.length + 1));
  const offsets = [0, ...cuts.toSorted((one, other) => one - other), body.length];
  return offsets.slice(1).map((offset, at) => body.subarray(offsets[at], offset));
}
