import { dirname } from "node:path";

import { startProcess } from "./start-process.ts";

export type LlamaServerOptions = {
  /** The `llama-server` program. */
  program: string;
  /** A GGUF file; served under the name `tiny`. */
  model: string;
  /** Serves embeddings instead of chat. */
  embeddings?: boolean;
  /** Serves every model beside `model` under its file's name, each loaded at its first call. */
  router?: boolean;
  /** Asks callers for this key. */
  apiKey?: string;
};

export type LlamaServer = AsyncDisposable & {
  /** Without a path, e.g. `http://127.0.0.1:40231`: the API of OpenAI's shape is below `/v1`. */
  readonly baseUrl: string;
  readonly stop: () => Promise<void>;
};

const healthDeadlineMs = 5_000;
/** Calls at once. */
const slots = 2;

/** Starts a server on a free port of this machine; resolves when it says that it is healthy. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const { ready, stop } = await startProcess({
    program: options.program,
    args: toArguments(options),
    // As a router it would also serve the models that it finds in its cache.
    env: { LLAMA_CACHE: dirname(options.model) },
    // It picks the port, loads the model, and then says where it listens.
    ready: /listening on (http:\S+)/,
  });
  try {
    const baseUrl = ready[1] ?? "";
    const health = await fetch(`${baseUrl}/health`, { signal: AbortSignal.timeout(healthDeadlineMs) });
    if (!health.ok) throw new Error(`llama-server is not healthy: ${health.status} ${await health.text()}`);
    return { baseUrl, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function toArguments({ model, embeddings, router, apiKey }: LlamaServerOptions): string[] {
  const models = router === true ? ["--models-dir", dirname(model)] : ["--model", model, "--alias", "tiny"];
  const mode = embeddings === true ? ["--embeddings", "--pooling", "mean"] : [];
  const key = apiKey === undefined ? [] : ["--api-key", apiKey];
  const address = ["--host", "127.0.0.1", "--port", "0", "--offline", "--no-webui"];
  return [...address, "--threads", "1", "--parallel", `${slots}`, ...models, ...mode, ...key];
}
