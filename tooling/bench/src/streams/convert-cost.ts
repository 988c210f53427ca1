import type { Provider } from "@corral/core";
import type { HttpTransport } from "@corral/provider-kit";
import { createOllamaProvider } from "@corral/provider-ollama";
import { createOpenAIProvider } from "@corral/provider-openai";
import { median } from "../compare.ts";
import { ollamaFrames, openaiFrames, type WireFrames } from "./wire-frames.ts";

/*
 * What reading a provider's stream costs in this process: bytes in memory, one chunk a read, parsed and converted. No
 * socket, no server.
 */

const chunksARound = 20_000;
const rounds = 15;

/** The cost of a chunk of each provider, and of `JSON.parse` alone, in words. */
export async function describeConvertCost(dialect: "openai" | "ollama"): Promise<string> {
  const baseUrl = "http://127.0.0.1:1";
  if (dialect === "ollama") {
    const ollama = createOllamaProvider({ baseUrl, transport: playBack(ollamaFrames) });
    const parts = await cost(() => readAll(ollama, "parts"));
    return `in process, a chunk: to parts ${parts}, JSON.parse alone ${await parseCost(ollamaFrames)}`;
  }
  const openai = createOpenAIProvider({ baseUrl, transport: playBack(openaiFrames) });
  const [raw, parts] = [
    await cost(() => readAll(openai, "openai")),
    await cost(() => readAll(openai, "parts")),
  ];
  return `in process, a chunk: passed on ${raw}, to parts ${parts}, JSON.parse alone ${await parseCost(openaiFrames)}`;
}

async function cost(work: () => Promise<unknown>): Promise<string> {
  await work();
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    figures.push((user + system) / chunksARound);
  }
  return `${median(figures).toFixed(2)} µs`;
}

async function readAll(provider: Provider, prefer: "parts" | "openai"): Promise<void> {
  const request = {
    model: "stream-base",
    messages: [{ role: "user", content: "Hello" }],
    params: {},
    prefer,
  } as const;
  const { batches } = await provider.streamChat(request, { signal: new AbortController().signal });
  let parts = 0;
  for await (const batch of batches) parts += batch.length;
  if (parts < chunksARound) throw new Error(`Of ${chunksARound} chunks, ${parts} parts were made.`);
}

function playBack({ type, frame, end }: WireFrames): HttpTransport {
  const encoder = new TextEncoder();
  const frames = words.map((word) => encoder.encode(frame(word)));
  const last = encoder.encode(end);
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < chunksARound; at += 1) yield frames[at % frames.length] ?? last;
    yield last;
  }
  return async () => ({ status: 200, headers: { "content-type": type }, body: body() });
}

async function parseCost({ document }: WireFrames): Promise<string> {
  const documents = words.map(document);
  return cost(async () => {
    for (let at = 0; at < chunksARound; at += 1) JSON.parse(documents[at % documents.length] ?? "");
  });
}

const words = [
  "The",
  " sky",
  " is",
  " blue",
  " because",
  " it",
  " scatters",
  " light",
  ",",
  " süß 🐎",
  "\\n",
  ' \\"so\\"',
];
