import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export type LlamaServerOptions = {
  /** The `llama-server` program. */
  program: string;
  /** A GGUF file. */
  model: string;
  /** Serves embeddings instead of chat. */
  embeddings?: boolean;
  /** Serves every model beside `model` under its file's name, each loaded at its first call. */
  router?: boolean;
};

export type LlamaServer = AsyncDisposable & {
  /** Without a path, e.g. `http://127.0.0.1:40231`: the API of OpenAI's shape is below `/v1`. */
  readonly baseUrl: string;
  stop(): Promise<void>;
};

const readyDeadlineMs = 60_000;
const stopDeadlineMs = 10_000;
/** Calls at once. */
const slots = 2;

/** Starts a server on a free port of this machine; resolves when it says that it is healthy. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const child = spawn(options.program, toArguments(options), {
    stdio: ["ignore", "ignore", "pipe"],
    // Neither settings (LLAMA_ARG_…) nor models of whoever runs the tests.
    env: { PATH: process.env["PATH"], LLAMA_CACHE: dirname(options.model) },
  });
  const stop = (): Promise<void> => stopProcess(child);
  try {
    const signal = AbortSignal.timeout(readyDeadlineMs);
    const baseUrl = await readAddress(child, signal);
    await waitUntilHealthy(baseUrl, signal);
    return { baseUrl, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function toArguments({ model, embeddings, router }: LlamaServerOptions): string[] {
  const models = router === true ? ["--models-dir", dirname(model)] : ["--model", model, "--alias", "tiny"];
  const mode = embeddings === true ? ["--embeddings", "--pooling", "mean"] : [];
  const address = ["--host", "127.0.0.1", "--port", "0", "--offline", "--no-webui"];
  return [...address, "--threads", "1", "--parallel", `${slots}`, ...models, ...mode];
}

/** The server picks a free port and logs it; what it logs later is read on, else it would block. */
function readAddress(child: ChildProcess, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (stderr === null) throw new Error("llama-server was started without a pipe for its log");
    const log: string[] = [];
    const fail = (reason: string): void => reject(new Error(`llama-server ${reason}:\n${log.join("\n")}`));
    createInterface({ input: stderr }).on("line", (line) => {
      log.push(line);
      log.splice(0, log.length - 20);
      const address = /listening on (http:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once("error", reject);
    child.once("close", (exitCode) => fail(`ended with exit code ${exitCode}`));
    signal.addEventListener("abort", () => fail("did not say where it listens"), { once: true });
  });
}

async function waitUntilHealthy(baseUrl: string, signal: AbortSignal): Promise<void> {
  // 503 while the model loads.
  while (!(await fetch(`${baseUrl}/health`, { signal })).ok) await sleep(20, undefined, { signal });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const lastResort = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
  await closed;
  clearTimeout(lastResort);
}
