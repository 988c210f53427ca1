import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { dialects, never, openBench, transports } from "./provider-bench.ts";

describe.each(transports)("over %s", (transport) => {
  describe.each(dialects)("%s", (dialect) => {
    test("[vector 11] an abort in the middle of a stream closes the upstream call within 250 ms", async () => {
      await using bench = await openBench(dialect, transport);
      bench.faults.set({ fault: { kind: "never-ending", everyMs: 5 } });
      const controller = new AbortController();
      const arrival = bench.journal.next();
      const { batches } = await bench.provider.streamChat(bench.request, controller);
      const reading = (async () => {
        for await (const _ of batches);
      })();

      const abortedAt = performance.timeOrigin + performance.now();
      controller.abort();

      await expect(reading).rejects.toMatchObject({ code: "request_cancelled" });
      const { closedByClientAt = Infinity } = await bench.journal.whenClosed(await arrival);
      expect(closedByClientAt - abortedAt).toBeLessThan(250);
    });

    test("[vector 11] an abort before the first byte closes the upstream call", async () => {
      await using bench = await openBench(dialect, transport);
      bench.faults.set({ fault: { kind: "hang-before-headers" } });
      const controller = new AbortController();
      const arrival = bench.journal.next();
      const call = bench.provider.chat(bench.request, controller);
      const entry = await arrival;

      controller.abort();

      await expect(call).rejects.toMatchObject({ code: "request_cancelled" });
      expect((await bench.journal.whenClosed(entry)).closedByClientAt).toBeDefined();
    });

    test("[vector 12] a consumer that reads slowly holds the provider back", async () => {
      await using bench = await openBench(dialect, transport);
      bench.faults.set({ fault: { kind: "never-ending" } });
      const arrival = bench.journal.next();
      const { batches } = await bench.provider.streamChat(bench.request, never);
      const iterator = batches[Symbol.asyncIterator]();
      await iterator.next();
      const entry = await arrival;

      // Until the buffers of both sides are full and nothing moves any more.
      let sent = -1;
      while (entry.bytesSent !== sent) {
        sent = entry.bytesSent;
        await sleep(100);
      }
      await iterator.return?.();

      expect(sent).toBeLessThan(16 * 1024 * 1024);
    });

    test("sockets serve again after streams that were read to their end", async () => {
      await using bench = await openBench(dialect, transport);
      for (let call = 0; call < 5; call += 1) {
        const { batches } = await bench.provider.streamChat(bench.request, never);
        for await (const _ of batches);
      }

      expect(bench.journal.entries()).toHaveLength(5);
      expect(bench.journal.entries().every((entry) => entry.closedByClientAt === undefined)).toBe(true);
    });
  });
});
