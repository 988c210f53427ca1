import { createHash } from "node:crypto";
import { Ollama, type ProgressResponse } from "ollama";
import { expect, test } from "vitest";
import { startSimulatedOllama, type SimulatedOllamaOptions } from "./simulated-ollama.ts";

async function pull(options: SimulatedOllamaOptions): Promise<ProgressResponse[]> {
  await using server = await startSimulatedOllama(options);
  const lines: ProgressResponse[] = [];
  for await (const line of await new Ollama({ host: server.url }).pull({ model: "m", stream: true })) {
    lines.push(line);
  }
  return lines;
}

test("a layer that is there already takes one line, one that is there in part goes on", async () => {
  const lines = await pull({ library: [{ name: "m", layerBytes: [10, 10], cachedBytes: [10, 6] }] });

  expect(lines.filter(({ total }) => total).map(({ completed }) => completed)).toEqual([10, 8, 10]);
});

test("reports all layers as one where it is told to", async () => {
  const lines = await pull({ library: [{ name: "m", layerBytes: [10, 5], aggregate: true }] });

  const layers = lines.filter(({ total }) => total);
  expect(new Set(layers.map(({ status, digest, total }) => `${status} ${digest} ${total}`))).toEqual(
    new Set(["pulling model sha256:model 15"]),
  );
  expect(layers.at(-1)?.completed).toBe(15);
});

test("repeats its line for as long as a pull stalls, and the next one goes on", async () => {
  await using server = await startSimulatedOllama({ library: [{ name: "m", layerBytes: [10], stalls: 1 }] });
  const client = new Ollama({ host: server.url });
  const stalled: (number | undefined)[] = [];

  for await (const { completed } of await client.pull({ model: "m", stream: true })) {
    stalled.push(completed);
    if (stalled.length === 6) break;
  }
  const lines: (number | undefined)[] = [];
  for await (const { completed } of await client.pull({ model: "m", stream: true })) lines.push(completed);

  expect(stalled).toEqual([undefined, undefined, 2, 2, 2, 2]);
  expect(lines.filter((completed) => completed !== undefined)).toEqual([4, 6, 8, 10]);
});

test("prunes what an update replaced", async () => {
  const lines = await pull({
    models: [{ name: "m", digest: "a".repeat(64) }],
    library: [{ name: "m", digest: "b".repeat(64), layerBytes: [10] }],
  });

  expect(lines.map(({ status }) => status).slice(-3)).toEqual([
    "writing manifest",
    "removing unused layers",
    "success",
  ]);
});

test("makes a model of a file that is one, converted where that is wished, and none of another", async () => {
  await using server = await startSimulatedOllama();
  const client = new Ollama({ host: server.url });
  const upload = async (content: string) => {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    await fetch(`${server.url}/api/blobs/${digest}`, { method: "POST", body: content });
    return digest;
  };
  const create = async (digest: string) => {
    const statuses: string[] = [];
    const request = { model: "mine", files: { "m.gguf": digest }, quantize: "q8_0", stream: true } as const;
    for await (const { status } of await client.create(request)) statuses.push(status);
    return statuses;
  };

  expect(await create(await upload("GGUF …"))).toEqual([
    "parsing GGUF",
    ...Array.from({ length: 3 }, () => "quantizing F16 model to Q8_0"),
    "writing manifest",
    "success",
  ]);
  await expect(create(await upload("PK …"))).rejects.toThrow("invalid file magic");
});

test("tells where the cloud was switched off", async () => {
  await using server = await startSimulatedOllama({ cloud: { disabled: true, source: "both" } });

  const answer = await fetch(`${server.url}/api/status`);

  expect(await answer.json()).toEqual({ cloud: { disabled: true, source: "both" } });
});
