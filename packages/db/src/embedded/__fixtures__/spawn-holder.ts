import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { ServerAccount } from "../server-account.ts";

export const holderProgram = fileURLToPath(new URL("hold-postgres.ts", import.meta.url));

/** A process that holds an embedded server; killed with its block. */
export interface Holder extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  readonly postgresPid: number;
  /** The next line that it prints. */
  readLine(): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

interface HolderOptions {
  readonly dataDir: string;
  readonly sharedDirectory: string;
  readonly drainMs?: number;
  readonly account?: ServerAccount;
}

export async function spawnHolder(options: HolderOptions): Promise<Holder> {
  await using starting = new AsyncDisposableStack();
  const holder = starting.use(spawnUnready(options));
  // What hold-postgres.ts prints, as it prints it.
  const { url, pid } = JSON.parse(await holder.readLine()) as { url: string; pid: number };
  starting.move();
  return { ...holder, url, postgresPid: pid };
}

/** Does not wait for the server. */
export function spawnUnready(options: HolderOptions): Omit<Holder, "url" | "postgresPid"> {
  // Detached as a shell would: a process group of its own, which Ctrl-C signals as a whole.
  const child = spawn(execPath, [holderProgram, options.dataDir, options.sharedDirectory, String(options.drainMs ?? 0)], {
    ...options.account,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return {
    child,
    pid: child.pid ?? 0,
    readLine: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The process that should hold the server has ended.");
      return value;
    },
    kill,
    [Symbol.asyncDispose]: async () => kill("SIGKILL"),
  };
}
