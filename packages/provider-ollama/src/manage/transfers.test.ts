import { ollamaProgressSchema, type OllamaProgress } from "@corral/core";
import { UpstreamEndpoint } from "@corral/provider-kit";
import { startSimulatedOllama } from "@corral/simulated-providers";
import { describe, expect, test } from "vitest";
import { startManagedOllama } from "./__fixtures__/start-managed-ollama.ts";
import { pullModel } from "./pull-model.ts";

const options = { signal: new AbortController().signal };
const quickly = { transfers: { restartDelayMs: 1 } };

async function all(progress: AsyncIterable<OllamaProgress>): Promise<OllamaProgress[]> {
  const events: OllamaProgress[] = [];
  for await (const event of progress) events.push(event);
  return events;
}

function expectNeverFalling(events: readonly OllamaProgress[]): void {
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    expect(ollamaProgressSchema.parse(event)).toEqual(event);
    expect(event.completedBytes).toBeLessThanOrEqual(event.totalBytes);
    if (before === undefined) continue;
    expect(event.completedBytes).toBeGreaterThanOrEqual(before.completedBytes);
    expect(event.totalBytes).toBeGreaterThanOrEqual(before.totalBytes);
    expect(event.percent).toBeGreaterThanOrEqual(before.percent);
  }
}

describe("pulling", () => {
  test("[vector 40] counts all layers as one transfer, up to 100 at the very end", async () => {
    await using managed = await startManagedOllama({ library: [{ name: "m", layerBytes: [1000, 500, 10] }] });

    const events = await all(managed.ollama.pull({ model: "m" }, options));

    expectNeverFalling(events);
    expect(events[0]).toEqual({
      status: "pulling manifest",
      phase: "preparing",
      digest: null,
      completedBytes: 0,
      totalBytes: 0,
      percent: 0,
    });
    expect(new Set(events.map(({ phase }) => phase))).toEqual(
      new Set(["preparing", "transferring", "verifying", "finishing", "done"]),
    );
    expect(events.at(-1)).toMatchObject({
      status: "success",
      completedBytes: 1510,
      totalBytes: 1510,
      percent: 100,
    });
    expect(events.filter(({ percent }) => percent === 100)).toHaveLength(1);
    expect((await managed.ollama.tags(options)).map(({ name }) => name)).toContain("m:latest");
  });

  test("[vector 40] counts layers that are there already, and those that are there in part", async () => {
    await using managed = await startManagedOllama({
      library: [{ name: "m", layerBytes: [1000, 500, 10], cachedBytes: [1000, 200, 0] }],
    });

    const events = await all(managed.ollama.pull({ model: "m" }, options));

    expectNeverFalling(events);
    expect(events[1]).toMatchObject({ completedBytes: 1000, totalBytes: 1000 });
    expect(events[2]?.completedBytes).toBeGreaterThanOrEqual(1200);
    expect(events.at(-1)).toMatchObject({ completedBytes: 1510, percent: 100 });
  });

  test("[vector 40] understands a model whose layers are reported as one", async () => {
    await using managed = await startManagedOllama({
      library: [{ name: "m", layerBytes: [1000, 500], aggregate: true }],
    });

    const events = await all(managed.ollama.pull({ model: "m" }, options));

    expectNeverFalling(events);
    expect(events[1]).toMatchObject({ phase: "transferring", digest: "sha256:model", totalBytes: 1500 });
    expect(events.at(-1)).toMatchObject({ completedBytes: 1500, percent: 100 });
  });

  test("updates a model under the same name", async () => {
    await using managed = await startManagedOllama({
      models: [{ name: "m", digest: "a".repeat(64) }],
      library: [],
    });
    managed.server.addToLibrary({ name: "m", digest: "b".repeat(64), layerBytes: [10] });

    const events = await all(managed.ollama.pull({ model: "m" }, options));
    const [model] = await managed.ollama.tags(options);

    expect(events.map(({ status }) => status)).toContain("removing unused layers");
    expect(model?.digest).toBe("b".repeat(64));
  });

  test("[vector 38] fails in words of ours for a model that nobody has, although the status was 200", async () => {
    await using managed = await startManagedOllama({ library: [] });
    const seen: OllamaProgress[] = [];

    const failure = (async () => {
      for await (const event of managed.ollama.pull({ model: "nothing" }, options)) seen.push(event);
    })();

    await expect(failure).rejects.toMatchObject({
      code: "upstream_not_found",
      details: {
        upstreamClass: "model_not_found",
        upstreamMessage: "pull model manifest: file does not exist",
      },
    });
    expect(seen.map(({ status }) => status)).toEqual(["pulling manifest"]);
    expect(managed.server.journal.of("/api/pull")).toHaveLength(1);
  });

  test.each([
    ["unauthorized: access denied", "upstream_unauthorized"],
    ["this model requires MLX support, which this server lacks", "upstream_rejected"],
    ["pull model manifest: 412: The model requires a newer version of Ollama", "upstream_rejected"],
    ["insecure protocol http", "upstream_rejected"],
    ["write /models/blobs/x: no space left on device", "upstream_error"],
  ])("does not start again what fails with “%s”", async (pullError, code) => {
    await using managed = await startManagedOllama(
      { library: [{ name: "m", layerBytes: [10], pullError }] },
      quickly,
    );

    await expect(all(managed.ollama.pull({ model: "m" }, options))).rejects.toMatchObject({ code });
    expect(managed.server.journal.of("/api/pull")).toHaveLength(1);
  });

  test.each([
    ["the connection breaks", { kind: "reset-mid-stream", after: 4 }],
    ["the stream ends early", { kind: "close-mid-stream", after: 4, clean: true }],
    ["the success is missing", { kind: "missing-done" }],
    [
      "the server gives up",
      { kind: "error-line-mid-stream", after: 4, message: "max retries exceeded: EOF" },
    ],
    [
      "a layer was damaged",
      {
        kind: "error-line-mid-stream",
        after: 4,
        message: "digest mismatch, file must be downloaded again: want sha256:1, got sha256:2",
      },
    ],
  ] as const)("[vector 41] goes on where it was when %s", async (_, fault) => {
    await using managed = await startManagedOllama(
      { library: [{ name: "m", layerBytes: [1000, 500] }] },
      quickly,
    );
    managed.server.faults.set({ path: "/api/pull", times: 2, fault });

    const events = await all(managed.ollama.pull({ model: "m" }, options));

    expectNeverFalling(events);
    expect(events.at(-1)).toMatchObject({ phase: "done", completedBytes: 1500, percent: 100 });
    expect(managed.server.journal.of("/api/pull")).toHaveLength(3);
  });

  test.each([
    ["silence", 0],
    ["the same line again and again", 1],
  ])("[vector 41] takes %s for a stall and goes on where it was", async (_, stalls) => {
    await using managed = await startManagedOllama(
      { library: [{ name: "m", layerBytes: [1000, 500], stalls }] },
      { ...quickly, timeouts: { idleMs: 60 } },
    );
    if (stalls === 0) {
      managed.server.faults.set({
        path: "/api/pull",
        times: 1,
        fault: { kind: "hang-mid-stream", after: 4 },
      });
    }

    const events = await all(managed.ollama.pull({ model: "m" }, options));

    expectNeverFalling(events);
    expect(events.at(-1)?.phase).toBe("done");
    const [stalled] = managed.server.journal.of("/api/pull");
    if (stalled) await managed.server.journal.whenClosed(stalled);
    expect(stalled?.closedByClientAt).toBeDefined();
    expect(managed.server.journal.of("/api/pull")).toHaveLength(2);
  });

  test("[vector 41] gives up after as many restarts as are allowed, with the last reason", async () => {
    await using managed = await startManagedOllama(
      { library: ["m"] },
      { transfers: { restartDelayMs: 1, restarts: 2 } },
    );
    managed.server.faults.set({
      path: "/api/pull",
      fault: { kind: "close-mid-stream", after: 1, clean: true },
    });

    await expect(all(managed.ollama.pull({ model: "m" }, options))).rejects.toMatchObject({
      code: "upstream_truncated",
    });
    expect(managed.server.journal.of("/api/pull")).toHaveLength(3);
  });

  test("does not repeat a pull that has never begun", async () => {
    await using managed = await startManagedOllama({}, quickly);
    managed.server.faults.set({ path: "/api/pull", fault: { kind: "reset-before-headers" } });

    await expect(all(managed.ollama.pull({ model: "m" }, options))).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    expect(managed.server.journal.of("/api/pull")).toHaveLength(1);
  });

  test("a line that is no JSON is a failure, not something to skip", async () => {
    await using managed = await startManagedOllama({ library: ["m"] }, quickly);
    managed.server.faults.set({
      path: "/api/pull",
      fault: { kind: "rewrite-frames", rewrite: (value, index) => (index === 1 ? ["{oops\n"] : [value]) },
    });

    await expect(all(managed.ollama.pull({ model: "m" }, options))).rejects.toMatchObject({
      code: "upstream_invalid_response",
    });
  });

  test("stops at the server as soon as the iteration is left", async () => {
    await using managed = await startManagedOllama({ pace: { pullMs: 50 } });

    for await (const { phase } of managed.ollama.pull({ model: "tinyllama" }, options)) {
      if (phase === "transferring") break;
    }

    const [entry] = managed.server.journal.of("/api/pull");
    if (entry) await managed.server.journal.whenClosed(entry);
    expect(entry?.closedByClientAt).toBeDefined();
  });

  test("stops waiting for the next attempt when it is cancelled", async () => {
    await using server = await startSimulatedOllama({ library: ["m"] });
    server.faults.set({ path: "/api/pull", fault: { kind: "close-mid-stream", after: 1, clean: true } });
    const endpoint = new UpstreamEndpoint({
      baseUrl: server.url,
      defaults: { firstByteMs: 5_000, idleMs: 5_000, totalMs: 5_000, listMs: 5_000 },
    });
    const leaving = new AbortController();
    const request = { body: { model: "m" }, stallMs: 5_000, signal: leaving.signal };
    const onRestart = () => queueMicrotask(() => leaving.abort());

    const pull = all(pullModel(endpoint, request, { restarts: 1, restartDelayMs: 60_000, onRestart }));

    await expect(pull).rejects.toMatchObject({ code: "request_cancelled" });
    expect(server.journal.of("/api/pull")).toHaveLength(1);
  });
});

describe("[OLL-3] where models come from and go to", () => {
  test.each(["evil.example/ns/m", "hf.co/ann/m", "http://evil.example/ns/m"])(
    "%s is refused before anything is sent",
    async (model) => {
      await using managed = await startManagedOllama();
      const invalid = { code: "invalid_input" };

      await expect(all(managed.ollama.pull({ model }, options))).rejects.toMatchObject(invalid);
      await expect(all(managed.ollama.push({ model }, options))).rejects.toMatchObject(invalid);
      await expect(all(managed.ollama.create({ model: "mine", from: model }, options))).rejects.toMatchObject(
        invalid,
      );
      expect(() => managed.ollama.pulls.start({ model })).toThrow(expect.objectContaining(invalid));
      expect(managed.server.journal.entries()).toEqual([]);
    },
  );

  test("a registry that was allowed is asked, without TLS only where that was allowed as well", async () => {
    const name = "hf.co/ann/m:q4";
    await using strict = await startManagedOllama(
      { library: [name] },
      { transfers: { registryHosts: ["hf.co"] } },
    );
    await using lax = await startManagedOllama(
      { library: [name] },
      { transfers: { registryHosts: ["HF.co"], allowInsecure: true } },
    );

    await all(strict.ollama.pull({ model: name }, options));
    await all(lax.ollama.pull({ model: name, insecure: true }, options));

    expect(strict.server.journal.of("/api/pull")[0]?.body).toEqual({ model: name, stream: true });
    expect(lax.server.journal.of("/api/pull")[0]?.body).toEqual({
      model: name,
      insecure: true,
      stream: true,
    });
    await expect(all(strict.ollama.pull({ model: name, insecure: true }, options))).rejects.toMatchObject({
      code: "invalid_input",
      details: { param: "insecure" },
    });
  });
});

describe("pushing", () => {
  test("counts like a pull, and is never repeated", async () => {
    await using managed = await startManagedOllama({ models: ["ann/m"] }, quickly);

    const events = await all(managed.ollama.push({ model: "ann/m" }, options));
    managed.server.faults.set({ path: "/api/push", fault: { kind: "reset-mid-stream", after: 3 } });
    const broken = all(managed.ollama.push({ model: "ann/m" }, options));

    expectNeverFalling(events);
    expect(events.map(({ phase }) => phase)).toContain("finishing");
    expect(events.at(-1)).toMatchObject({ phase: "done", percent: 100 });
    await expect(broken).rejects.toMatchObject({ code: "upstream_truncated" });
    expect(managed.server.journal.of("/api/push")).toHaveLength(2);
  });

  test("fails for a model that the server does not have", async () => {
    await using managed = await startManagedOllama();

    await expect(all(managed.ollama.push({ model: "ann/nothing" }, options))).rejects.toMatchObject({
      code: "upstream_not_found",
    });
  });
});
