import { join } from "node:path";
import { fetchTransport, type HttpTransport } from "@corral/provider-kit";
import { createOpenAIProvider } from "@corral/provider-openai";

import { llamaServerRecipe } from "./llama-server-recipe.ts";
import { callProvider, llamaExchanges, llamaServers, type LlamaExchange } from "./llama-exchanges.ts";
import { startLlamaServer } from "./start-llama-server.ts";

/** What the provider sent and what the real server answered, as text. */
export type LlamaRecording = Pick<LlamaExchange, "name" | "call" | "request"> & {
  readonly sent: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly reply: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
};

export type LlamaRecordings = {
  /** Where they come from, for whoever finds the file. */
  readonly provenance: string;
  readonly recordings: readonly LlamaRecording[];
};

/** Kept with the provider that has to understand them. */
export const recordingsFile = join(
  import.meta.dirname,
  "../../../packages/provider-openai/src/__fixtures__/llama-cpp-recordings.json",
);

export const recordingsProvenance = `Recorded from llama.cpp's llama-server (source in npm node-llama-cpp ${llamaServerRecipe.version}, tag v0.5.0, MIT) with the tiny model of tooling/peers, by: node tooling/peers/src/record-llama-server.ts. Ids, times, paths and cached tokens are replaced.`;

/** A prompt longer than this is not worth keeping. */
const longestText = 200;

/** Makes every exchange with real servers, one server at a time. */
export async function recordLlamaServer(llama: { program: string; model: string }): Promise<LlamaRecordings> {
  const recordings = new Map<string, LlamaRecording>();
  for (const [mode, options] of Object.entries(llamaServers)) {
    await using server = await startLlamaServer({ ...llama, ...options });
    for (const exchange of llamaExchanges.filter((each) => each.server === mode)) {
      recordings.set(exchange.name, await record(exchange, server.baseUrl));
    }
  }
  const inOrder = llamaExchanges.flatMap(({ name }) => recordings.get(name) ?? []);
  return { provenance: recordingsProvenance, recordings: inOrder };
}

async function record(exchange: LlamaExchange, baseUrl: string): Promise<LlamaRecording> {
  const tape: Pick<LlamaRecording, "sent" | "reply">[] = [];
  const provider = createOpenAIProvider({
    baseUrl,
    transport: taping(tape),
    auth: { type: "bearer", key: "the-wrong-key" },
  });
  await callProvider(provider, exchange);
  await provider.close();
  const [first, ...rest] = tape;
  if (first === undefined || rest.length > 0) {
    throw new Error(`"${exchange.name}" made ${tape.length} requests instead of one`);
  }
  const { name, call, request } = exchange;
  return { name, call, request: shorten(request), ...first };
}

/** Keeps what passes, made the same for every recording. */
function taping(tape: Pick<LlamaRecording, "sent" | "reply">[]): HttpTransport {
  return async (request) => {
    const response = await fetchTransport(request);
    let body = "";
    const decoder = new TextDecoder();
    for await (const piece of response.body) body += decoder.decode(piece, { stream: true });
    const type = response.headers["content-type"];
    tape.push({
      sent: {
        method: request.method,
        path: new URL(request.url).pathname,
        body: typeof request.body === "string" ? shorten(JSON.parse(request.body)) : null,
      },
      reply: {
        status: response.status,
        headers: type === undefined ? {} : { "content-type": type },
        body: withoutChance(body + decoder.decode()),
      },
    });
    const bytes = new TextEncoder().encode(body);
    return {
      ...response,
      body: (async function* () {
        yield bytes;
      })(),
    };
  };
}

/** Replaces what differs from run to run and from machine to machine: ids, times, folders, the state of a cache. */
function withoutChance(body: string): string {
  return (
    body
      .replaceAll(/"chatcmpl-\w+"/gu, '"chatcmpl-recorded"')
      .replaceAll(/"created":\d+/gu, '"created":1790000000')
      .replaceAll(/"(\w+_(?:ms|per_second|per_token_ms))":[\d.e+-]+/gu, '"$1":1.5')
      .replaceAll(/"(id)":"(?!chatcmpl|tiny)\w{20,}"/gu, '"$1":"call_recorded"')
      .replaceAll(/(?<="|= )(?:\/[\w.-]+)+\/(?=[\w.-]+(?:"|\\n))/gu, "/models/")
      // What a slot still knows of the call before.
      .replaceAll(/"(cached_tokens|cache_n)":\d+/gu, '"$1":6')
  );
}

/** The value with its long texts shortened. */
function shorten<Value>(value: Value): Value {
  // safe: the same shape, and only texts change
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === "string" && inner.length > longestText
      ? `${inner.slice(0, 20)}… (${inner.length} characters)`
      : inner,
  ) as Value;
}

/** Every path of a body's JSON with the type that stands there: what stays the same when a model says something else. */
export function shapeOf(body: string): readonly string[] {
  const documents = body.split("\n").flatMap((line) => {
    const json = line.replace(/^data: /u, "");
    return json.startsWith("{") ? [JSON.parse(json) as unknown] : [];
  });
  return [...new Set(documents.flatMap((document) => pathsOf(document)))].toSorted();
}

function pathsOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null)
    return [`${path}: ${value === null ? "null" : typeof value}`];
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${path}[]`));
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${path}.${name}`));
}
