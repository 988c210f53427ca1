import type { lookup } from "node:dns";
import { describe, expect, test } from "vitest";
import { tlsIdentities } from "../support/tls-identities.ts";
import {
  canaryKey,
  dialects,
  never,
  openBench,
  outcomeOf,
  printed,
  type BenchOptions,
} from "./provider-bench.ts";

/** A name that does not resolve, without asking the network. */
const unknownName: BenchOptions = {
  transport: {
    lookup: ((name: string, _: object, callback: (error: Error) => void) => {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" }));
    }) as typeof lookup, // safe: it fails before the shape of a result matters
  },
};
const { here, elsewhere } = tlsIdentities;

describe.each(dialects)("%s", (dialect) => {
  test.each([
    ["[PRV-1] a certificate that nobody trusts", { identity: here }, "tls"],
    [
      "[PRV-1] a certificate of another host",
      { identity: elsewhere, transport: { tls: { ca: elsewhere.cert } } },
      "tls",
    ],
  ] as const)("%s is refused before the key is sent", async (_, options, upstreamClass) => {
    await using bench = await openBench(dialect, "undici", options);

    for (const mode of ["streamed", "whole"] as const) {
      const outcome = await outcomeOf(bench, mode);

      expect(outcome).toMatchObject({ error: { code: "upstream_unavailable", details: { upstreamClass } } });
      expect(printed(bench, outcome)).not.toContain(canaryKey);
    }
    expect(bench.journal.entries()).toEqual([]);
  });

  test("[vector 66] a self-signed certificate is accepted where it is named as its own authority", async () => {
    await using named = await openBench(dialect, "undici", {
      identity: here,
      transport: { tls: { ca: here.cert } },
    });
    await using servername = await openBench(dialect, "undici", {
      identity: elsewhere,
      transport: { tls: { ca: elsewhere.cert, servername: "elsewhere.test" } },
    });

    expect(await outcomeOf(named, "whole")).toHaveProperty("text");
    expect(await outcomeOf(servername, "streamed")).toHaveProperty("text");
  });

  test("[PRV-1] a name that does not resolve", async () => {
    await using bench = await openBench(dialect, "undici", { ...unknownName, host: "gone.test" });

    expect(await outcomeOf(bench, "whole")).toMatchObject({
      error: { code: "upstream_unavailable", details: { upstreamClass: "dns" } },
    });
  });

  test("[PRV-1] [vector 61] an endpoint that refuses is left alone after five attempts, and found well by a list", async () => {
    await using bench = await openBench(dialect, "undici", { retries: { attempts: 3 } });
    bench.faults.set({ fault: { kind: "refuse" } });
    const startedAt = performance.now();

    const outcomes = [];
    for (let call = 0; call < 3; call += 1) outcomes.push(await outcomeOf(bench, "whole"));
    const tookMs = performance.now() - startedAt;
    const [circuit] = bench.provider.circuits?.() ?? [];
    bench.faults.clear();
    await bench.provider.listModels(never);

    expect(outcomes).toMatchObject([
      { error: { code: "upstream_unavailable", details: { attempts: 3 } } },
      { error: { code: "upstream_unavailable", details: { attempts: 2 } } },
      { error: { code: "circuit_open", details: { retryAfterMs: expect.any(Number) } } },
    ]);
    expect(tookMs).toBeLessThan(3_000);
    expect(circuit).toMatchObject({ model: null, state: "open", consecutiveFailures: 5 });
    expect(await outcomeOf(bench, "streamed")).toHaveProperty("text");
    expect(bench.provider.circuits?.()).toMatchObject([{ state: "closed" }]);
  });
});
