import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmbeddedPostgres } from "@corral/db/embedded";
import { assertNoBugs } from "./assert-no-bugs.ts";
import { answerWatchFlag } from "./watch-answers.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** Compiled once for all the starts: half of what a start costs. */
const compileCache = fileURLToPath(new URL("../../node_modules/.cache/compile/", import.meta.url));
const printWithinMs = 50_000;
/** Where root keeps the data, see `@corral/db/embedded`. */
const sharedDirectory = "/var/lib/corral";

/** A data directory; with its block, the PostgreSQL that still runs on it is stopped and everything deleted. */
export interface ServerHome extends AsyncDisposable {
  readonly dataDir: string;
  /** Where PostgreSQL keeps its own files. */
  databaseDirectory(): Promise<string>;
  /** The process of its PostgreSQL; `undefined` when none runs. */
  findPostgres(): Promise<number | undefined>;
}

/** The server as it is started in earnest: a process of its own. With its block it is killed. */
export interface SpawnedServer extends AsyncDisposable {
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** Resolves when the output matches; rejects when the process ends without, or it takes 50 s. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it is ready; the setup code is empty once there is an administrator. */
  ready(): Promise<{ readonly url: string; readonly setupCode: string }>;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export async function createServerHome(): Promise<ServerHome> {
  const base = await mkdtemp(join(tmpdir(), "corral-home-"));
  const dataDir = join(base, "data");
  const clusterDirectory = async () => {
    const text = await readFile(join(dataDir, "instance.json"), "utf8").catch(() => undefined);
    if (text === undefined) return dataDir;
    const { instanceId } = JSON.parse(text) as { instanceId: string }; // our own file
    return join(sharedDirectory, instanceId);
  };
  const findPostgres = async () => {
    const path = join(await clusterDirectory(), "postgres-18", "postmaster.pid");
    const pid = Number((await readFile(path, "utf8").catch(() => "")).split("\n", 1)[0]);
    return pid > 0 && (await isAlive(pid)) ? pid : undefined;
  };
  return {
    dataDir,
    databaseDirectory: clusterDirectory,
    findPostgres,
    async [Symbol.asyncDispose]() {
      // adopts what a killed server left, and stops it
      if ((await findPostgres()) !== undefined) await (await startEmbeddedPostgres({ dataDir })).stop();
      const directory = await clusterDirectory();
      if (directory !== dataDir) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      await rm(base, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function spawnServer(environment: Readonly<Record<string, string>>): SpawnedServer {
  const flags = [
    "--disable-proto=delete",
    "--max-semi-space-size=16",
    "--heap-growing-percent=60",
    answerWatchFlag(),
  ];
  const child = spawn(process.execPath, [...flags, main], {
    env: {
      PATH: "/usr/bin:/bin",
      NODE_COMPILE_CACHE: compileCache,
      CORRAL_PORT: "0",
      CORRAL_SIGNIN_FAILURES_PER_MINUTE: "1000",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const exited = once(child, "close").then(() => ({ code: child.exitCode, signal: child.signalCode }));

  const printed = (pattern: RegExp): Promise<RegExpExecArray> => {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = () => {
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    };
    listeners.add(look);
    look();
    void exited.then(({ code }) => reject(new Error(`Ended with ${code} before ${pattern}:\n${text}`)));
    // before the test's own end, which could not tell what was printed
    const deadline = setTimeout(
      () => reject(new Error(`No ${pattern} in ${printWithinMs / 1_000} s:\n${text}`)),
      printWithinMs,
    );
    return promise.finally(() => {
      clearTimeout(deadline);
      listeners.delete(look);
    });
  };
  return {
    pid: child.pid ?? 0,
    output: () => text,
    printed,
    async ready() {
      const [, url = ""] = await printed(/is ready at (\S+)\n(?:Make the first administrator: \S+\n)?\n/u);
      return { url, setupCode: /#code=(\S+)/u.exec(text)?.[1] ?? "" };
    },
    kill: (signal) => void child.kill(signal),
    exited,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      assertNoBugs(text);
    },
  };
}

export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (status !== undefined) return !/\) [ZX] /u.test(status);
  if ((await stat("/proc/self").catch(() => undefined)) !== undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
