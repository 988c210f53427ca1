import { expect } from "vitest";
import type { ChatStreamPart } from "../chat/chat-stream-part.ts";
import { takeEach, type Take } from "../provider/flow.ts";
import { byteByByte, type ScriptedReply } from "../testing/scripted-upstream.ts";
import { rulesOf, type ContractRule } from "./contract-rule.ts";
import {
  collectParts,
  failureOf,
  neverAborted,
  openBench,
  plainRequest,
  type ProviderBench,
} from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

const rule = rulesOf("taking batches as they come");

/** What holds for who iterates a stream holds for who takes its batches, too. */
export function takingRules(options: ProviderContractOptions): ContractRule[] {
  const { text, failedLater } = options.scenarios;
  return [
    rule("gives what iterating gives, and nothing while the taker is behind", async () => {
      const chunking = { chunking: byteByByte };
      await using iterated = await openBench(options, text.streamed, chunking);
      await using taken = await openBench(options, text.streamed, chunking);
      const parts: ChatStreamPart[] = [];
      let [takers, most] = [0, 0];

      await take(taken, async (batch) => {
        takers += 1;
        most = Math.max(most, takers);
        await nextTurn();
        parts.push(...batch);
        takers -= 1;
      });

      expect(parts).toEqual(await collectParts(iterated.provider, plainRequest));
      expect([takers, most]).toEqual([0, 1]);
    }),
    rule("throws what breaks the stream, after the parts before it", async () => {
      await using bench = await openBench(options, failedLater.reply);
      const parts: ChatStreamPart[] = [];

      const failure = await failureOf(() =>
        take(bench, (batch) => {
          parts.push(...batch);
          return undefined;
        }),
      );

      expect(failure.code).toBe(failedLater.code);
      expect(parts.length).toBeGreaterThan(0);
      expect(parts.filter((part) => part.type === "finish")).toEqual([]);
    }),
    ...leavingRules(options),
  ];
}

function leavingRules(options: ProviderContractOptions): ContractRule[] {
  const beginning = beginningOf(options.scenarios.text.streamed);
  const refusal = new Error("no more");
  const refusing: readonly (readonly [string, Take<unknown>])[] = [
    [
      "at once",
      () => {
        throw refusal;
      },
    ],
    ["a while later", () => nextTurn().then(() => Promise.reject(refusal))],
  ];
  return [
    ...refusing.map(([when, taker]) =>
      rule(`closes the connection when the taker throws ${when}, and throws that`, async () => {
        await using bench = await openBench(options, beginning);

        await expect(take(bench, taker)).rejects.toBe(refusal);

        await bench.upstream.abandoned;
      }),
    ),
    rule("stops when it is cancelled, and closes the connection", async () => {
      await using bench = await openBench(options, beginning);
      const controller = new AbortController();
      const { batches } = await bench.provider.streamChat(plainRequest, { signal: controller.signal });

      const failure = await failureOf(() =>
        takeEach(batches, () => {
          controller.abort();
          return undefined;
        }),
      );

      expect(failure.code).toBe("request_cancelled");
      await bench.upstream.abandoned;
    }),
  ];
}

async function take({ provider }: ProviderBench, taker: Take<readonly ChatStreamPart[]>): Promise<void> {
  const { batches } = await provider.streamChat(plainRequest, neverAborted());
  await takeEach(batches, taker);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** The answer's beginning, and then nothing: a stream that is under way. */
export function beginningOf(reply: ScriptedReply): ScriptedReply {
  if ("never" in reply) return reply;
  const bytes = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : reply.body;
  return { ...reply, body: bytes.subarray(0, Math.floor(bytes.length / 2)), ending: "silent" };
}
