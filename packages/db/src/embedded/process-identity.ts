import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { platform } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** A process, told apart from a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, a date elsewhere. */
  readonly startedAt: string;
  /** Changes with every boot, after which pids and ticks mean nothing. */
  readonly bootId: string;
}

/** The live process with this pid; `undefined` when there is none or only its zombie is left. */
export async function findProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = platform === "linux" ? await readStartTicks(pid) : await readStartDate(pid);
  return startedAt === undefined ? undefined : { pid, startedAt, bootId: await readBootId() };
}

export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const current = await findProcess(identity.pid);
  return current?.startedAt === identity.startedAt && current.bootId === identity.bootId;
}

/** Resolves to false when the process still runs after `timeoutMs`. Polls, since it may not be our child. */
export async function waitForExit(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (await isRunning(identity)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/** The words a process was started with, joined by spaces; `undefined` when it is gone. */
export async function findCommandLine(pid: number): Promise<string | undefined> {
  if (platform !== "linux") return run("ps", ["-ww", "-o", "args=", "-p", String(pid)]);
  const words = await readOptional(`/proc/${pid}/cmdline`);
  return words?.replaceAll("\0", " ");
}

async function readStartTicks(pid: number): Promise<string | undefined> {
  const stat = await readOptional(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return state === undefined || state === "Z" || state === "X" ? undefined : fields[18];
}

async function readStartDate(pid: number): Promise<string | undefined> {
  const [state, ...date] = (await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)]))?.split(/\s+/u) ?? [];
  return state === undefined || state.startsWith("Z") ? undefined : date.join(" ");
}

async function readBootId(): Promise<string> {
  const id =
    platform === "linux"
      ? await readOptional("/proc/sys/kernel/random/boot_id")
      : await run("sysctl", ["-n", "kern.bootsessionuuid"]);
  return id?.trim() ?? "unknown";
}

async function readOptional(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

async function run(program: string, args: string[]): Promise<string | undefined> {
  const env = { PATH: "/bin:/usr/bin:/sbin:/usr/sbin", LC_ALL: "C", TZ: "UTC" };
  const output = await promisify(execFile)(program, args, { env, timeout: 2_000 }).catch(() => undefined);
  return output?.stdout.trim() || undefined;
}
