import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";

export type ProcessOptions = {
  readonly name: string;
  /** What follows `node`. */
  readonly args: readonly string[];
  /** All that it sees besides `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The core that it may run on; `null` leaves it where the bench itself is. */
  readonly core: number | null;
};

/** A server in a process of its own, which tells its CPU time. */
export interface MeasuredProcess extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** User and system time that the process has used so far, of all its threads. */
  cpuUs(): Promise<number>;
  /** `SIGSTOP` makes it deaf, `SIGKILL` ends it as a crash does. */
  kill(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  ask<T>(question: string, schema: z.ZodType<T>, argument?: unknown): Promise<T>;
}

const cpuSchema = z.object({ user: z.number(), system: z.number() });
const answeredSchema = z.object({ id: z.number(), answer: z.unknown().optional() });
const startMs = 60_000;
const stopMs = 15_000;
const answerMs = 30_000;
/** How much of its output a failure quotes. */
const tailLines = 30;

/** Starts `node` and waits for the line in which it says where it listens. */
export async function startMeasured(options: ProcessOptions): Promise<MeasuredProcess> {
  const command = [process.execPath, ...options.args];
  const [program = "", ...args] =
    options.core === null ? command : ["taskset", "-c", String(options.core), ...command];
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH: process.env["PATH"], UV_THREADPOOL_SIZE: "8", ...options.env },
  });
  const output = keepOutput(child);
  try {
    const url = await waitForUrl(child, { name: options.name, output });
    return toMeasured(child, { name: options.name, url, output });
  } catch (error) {
    await stop(child);
    throw error;
  }
}

type Started = { readonly name: string; readonly url: string; readonly output: Output };

function toMeasured(child: ChildProcess, { name, url, output }: Started): MeasuredProcess {
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  child.on("message", (message) => {
    const { id, answer } = answeredSchema.parse(message);
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  const ask = async <T>(question: string, schema: z.ZodType<T>, argument?: unknown): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = (lastId += 1);
    waiting.set(id, resolve);
    const fail = () => reject(new Error(`${name} did not answer to ${question}:\n${output.tail()}`));
    const timer = setTimeout(fail, answerMs);
    child.once("close", fail);
    child.send({ id, question, argument });
    try {
      return schema.parse(await promise);
    } finally {
      clearTimeout(timer);
      child.off("close", fail);
    }
  };
  return {
    name,
    url,
    ask,
    kill: (signal) => void child.kill(signal),
    async cpuUs() {
      const { user, system } = await ask("cpu", cpuSchema);
      return user + system;
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

type Output = { readonly tail: () => string; onLine: (line: string) => void };

/** Reads on for as long as the process lives, else it would block when the pipe is full. */
function keepOutput(child: ChildProcess): Output {
  const lines: string[] = [];
  const output: Output = { tail: () => lines.join("\n"), onLine: () => undefined };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      lines.splice(0, lines.length - tailLines);
      output.onLine(line);
    });
  }
  return output;
}

function waitForUrl(
  child: ChildProcess,
  { name, output }: { readonly name: string; readonly output: Output },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (reason: string) => reject(new Error(`${name} ${reason}:\n${output.tail()}`));
  const timer = setTimeout(() => fail("did not get ready"), startMs);
  output.onLine = (line) => {
    const url = /ready at (http:\S+)/u.exec(line)?.[1];
    if (url !== undefined) resolve(url);
  };
  child.once("error", (error) => fail(`could not be started (${error.message})`));
  child.once("close", (code, signal) => fail(`ended with ${signal ?? `exit code ${code}`}`));
  return promise.finally(() => clearTimeout(timer));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const lastResort = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await closed;
  clearTimeout(lastResort);
}
