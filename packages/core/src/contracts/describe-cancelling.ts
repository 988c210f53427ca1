import { describe, expect, test } from "vitest";
import type { ScriptedReply } from "../testing/scripted-upstream.ts";
import { failureOf, neverAborted, openBench, plainRequest } from "./provider-bench.ts";
import type { ProviderContractOptions } from "./provider-contract-options.ts";

export function describeCancelling(options: ProviderContractOptions): void {
  const { text } = options.scenarios;
  const beginning = beginningOf(text.streamed);

  describe("cancelling", () => {
    test("sends nothing when it was cancelled before", async () => {
      await using bench = await openBench(options, text.streamed);
      const signal = AbortSignal.abort();

      const failures = await Promise.all([
        failureOf(() => bench.provider.streamChat(plainRequest, { signal })),
        failureOf(() => bench.provider.chat(plainRequest, { signal })),
        failureOf(() => bench.provider.listModels({ signal })),
      ]);

      expect(failures.map((failure) => failure.code)).toEqual(Array(3).fill("request_cancelled"));
      expect(bench.upstream.requests).toEqual([]);
    });

    test("gives up waiting for an answer", async () => {
      await using bench = await openBench(options, { never: "silent" });
      const controller = new AbortController();

      const calls = Promise.all([
        failureOf(() => bench.provider.chat(plainRequest, controller)),
        failureOf(() => bench.provider.checkHealth(controller)),
      ]);
      setTimeout(() => controller.abort(), 20);

      expect((await calls).map((failure) => failure.code)).toEqual([
        "request_cancelled",
        "request_cancelled",
      ]);
      await bench.upstream.abandoned;
    });

    test("stops in the middle of a stream and closes the connection", async () => {
      await using bench = await openBench(options, beginning);
      const controller = new AbortController();
      const { batches } = await bench.provider.streamChat(plainRequest, controller);

      const failure = await failureOf(async () => {
        for await (const batch of batches) if (batch.length > 0) controller.abort();
      });

      expect(failure.code).toBe("request_cancelled");
      await bench.upstream.abandoned;
    });

    test("closes the connection when its consumer leaves a stream, even unread", async () => {
      await using left = await openBench(options, beginning);
      await using unread = await openBench(options, beginning);

      const { batches } = await left.provider.streamChat(plainRequest, neverAborted());
      for await (const batch of batches) if (batch.length > 0) break;
      const other = await unread.provider.streamChat(plainRequest, neverAborted());
      await other.batches[Symbol.asyncIterator]().return?.();

      expect(await Promise.all([left.upstream.abandoned, unread.upstream.abandoned])).toHaveLength(2);
    });

    test("does not mind being cancelled when all is over", async () => {
      await using bench = await openBench(options, text.streamed);
      const controller = new AbortController();
      const { batches } = await bench.provider.streamChat(plainRequest, controller);
      const kinds: string[] = [];
      for await (const batch of batches) kinds.push(...batch.map((part) => part.type));

      controller.abort();

      expect(kinds.at(-1)).toBe("finish");
    });
  });
}

/** The answer's beginning, and then nothing: a stream that is under way. */
function beginningOf(reply: ScriptedReply): ScriptedReply {
  if ("never" in reply) return reply;
  const bytes = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : reply.body;
  return { ...reply, body: bytes.subarray(0, Math.floor(bytes.length / 2)), ending: "silent" };
}
