import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export type ProcessOptions = {
  program: string;
  args: readonly string[];
  cwd?: string;
  /** All that it sees: the settings of whoever runs the tests must not change what is tested. */
  env: Record<string, string>;
  /** Matches the line, of either stream, in which it says that it is ready. */
  ready: RegExp;
};

export type StartedProcess = {
  readonly ready: RegExpExecArray;
  /** Asks it to end, and makes it. */
  readonly stop: () => Promise<void>;
};

const readyDeadlineMs = 60_000;
const stopDeadlineMs = 15_000;
/** How much of its output a failure quotes. */
const tailLines = 40;

/** Starts a server process; resolves when it says that it is ready. */
export async function startProcess({
  program,
  args,
  cwd,
  env,
  ready,
}: ProcessOptions): Promise<StartedProcess> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const stop = (): Promise<void> => stopProcess(child);
  try {
    return { ready: await waitForLine(child, ready), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function waitForLine(child: ChildProcess, ready: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const tail: string[] = [];
    const fail = (reason: string): void => {
      clearTimeout(deadline);
      reject(new Error(`${child.spawnfile} ${reason}:\n${tail.join("\n")}`));
    };
    const deadline = setTimeout(() => fail("did not get ready"), readyDeadlineMs);
    for (const stream of [child.stdout, child.stderr]) {
      // Read on for as long as it lives, else it blocks when the pipe is full.
      if (stream !== null) createInterface({ input: stream }).on("line", read);
    }
    function read(line: string): void {
      tail.push(line);
      tail.splice(0, tail.length - tailLines);
      const match = ready.exec(line);
      if (match === null) return;
      clearTimeout(deadline);
      resolve(match);
    }
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("close", (exitCode, signal) => fail(`ended with ${signal ?? `exit code ${exitCode}`}`));
  });
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const lastResort = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
  await closed;
  clearTimeout(lastResort);
}
