import { expect } from "vitest";
import type { CallOptions, Provider } from "../provider/provider.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import { promptOf } from "./provider-answer.ts";
import { embedRequest, failureOf, neverAborted, openBench, plainRequest } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";
import { beginningOf } from "./taking-rules.ts";

const rule = rulesOf("cancelling");

type Call = (provider: Provider, options: CallOptions) => Promise<unknown>;

type NamedCall = readonly [string, Call];

/** Every way in which a provider reaches out. */
function callsOf({ scenarios }: ProviderContractOptions): readonly NamedCall[] {
  return [
    ["listing models", (provider, options) => provider.listModels(options)],
    ["a health check", (provider, options) => provider.checkHealth(options)],
    ["a whole chat", (provider, options) => provider.chat(plainRequest, options)],
    ["a streamed chat", (provider, options) => provider.streamChat(plainRequest, options)],
    ...(scenarios.embeddings === undefined ? [] : [embedding]),
    ...(scenarios.completion === undefined ? [] : completing),
  ];
}

const embedding: NamedCall = ["embedding", (provider, options) => provider.embed(embedRequest, options)];
const completing: readonly NamedCall[] = [
  ["a completion", async (provider, options) => provider.complete?.(promptOf(plainRequest), options)],
  [
    "a streamed completion",
    async (provider, options) => provider.streamCompletion?.(promptOf(plainRequest), options),
  ],
];

export function cancellingRules(options: ProviderContractOptions): ContractRule[] {
  return [
    ...callsOf(options).flatMap(([what, call]) => earlyRules(options, what, call)),
    ...streamRules(options),
  ];
}

function earlyRules(options: ProviderContractOptions, what: string, call: Call): ContractRule[] {
  return [
    rule(`${what} sends nothing when it was cancelled before`, async () => {
      await using bench = await openBench(options, options.scenarios.health);

      const failure = await failureOf(() => call(bench.provider, { signal: AbortSignal.abort() }));

      expect(failure.code).toBe("request_cancelled");
      expect(bench.upstream.requests).toEqual([]);
    }),
    rule(`${what} gives up waiting for the first byte, and closes the connection`, async () => {
      await using bench = await openBench(options, { never: "silent" });
      const controller = new AbortController();

      const failing = failureOf(() => call(bench.provider, { signal: controller.signal }));
      await bench.upstream.arrived;
      controller.abort();

      expect((await failing).code).toBe("request_cancelled");
      await bench.upstream.abandoned;
    }),
  ];
}

function streamRules(options: ProviderContractOptions): ContractRule[] {
  const { text } = options.scenarios;
  const beginning = beginningOf(text.streamed);
  return [
    rule("stops in the middle of a stream and closes the connection", async () => {
      await using bench = await openBench(options, beginning);
      const controller = new AbortController();
      const { batches } = await bench.provider.streamChat(plainRequest, { signal: controller.signal });

      const failure = await failureOf(async () => {
        for await (const batch of batches) if (batch.length > 0) controller.abort();
      });

      expect(failure.code).toBe("request_cancelled");
      await bench.upstream.abandoned;
    }),
    rule("closes the connection when its consumer leaves a stream, even unread", async () => {
      await using left = await openBench(options, beginning);
      await using unread = await openBench(options, beginning);

      const { batches } = await left.provider.streamChat(plainRequest, neverAborted());
      for await (const batch of batches) if (batch.length > 0) break;
      const other = await unread.provider.streamChat(plainRequest, neverAborted());
      await other.batches[Symbol.asyncIterator]().return?.();

      expect(await Promise.all([left.upstream.abandoned, unread.upstream.abandoned])).toHaveLength(2);
    }),
    rule("does not mind being cancelled when all is over", async () => {
      await using bench = await openBench(options, text.streamed);
      const controller = new AbortController();
      const { batches } = await bench.provider.streamChat(plainRequest, { signal: controller.signal });
      const kinds: string[] = [];
      for await (const batch of batches) kinds.push(...batch.map((part) => part.type));

      controller.abort();

      expect(kinds.at(-1)).toBe("finish");
    }),
  ];
}
