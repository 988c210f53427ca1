import { constants, writeFile } from "node:fs/promises";
import { kill } from "node:process";

import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { findPostmasterFile, type PostmasterFile } from "./postmaster-file.ts";
import {
  findCommandLine,
  findProcess,
  isRunning,
  type ProcessIdentity,
  waitForExit,
} from "./process-identity.ts";

/** A live server, our child or the orphan of a predecessor. */
export interface ServerProcess {
  readonly identity: ProcessIdentity;
  readonly port: number;
}

/** Above every system's highest pid. */
const IMPOSSIBLE_PID = 2_147_483_647;

/** Gentlest first. The third leaves a recovery to the next start, as a crash would; nothing committed is lost. */
const ESCALATION = [
  { signal: "SIGTERM", waitMs: 1_000 }, // ends when the last client has left
  { signal: "SIGINT", waitMs: 10_000 }, // disconnects clients
  { signal: "SIGQUIT", waitMs: 5_000 },
  { signal: "SIGKILL", waitMs: 2_000 },
] as const;

/** The live server on this data directory, if `postmaster.pid` names one: a stale file or a reused pid is no server. */
export async function findServerProcess(
  dataDirectory: string,
): Promise<{ identity: ProcessIdentity; file: PostmasterFile } | undefined> {
  const file = await findPostmasterFile(dataDirectory);
  if (file === undefined) return undefined;
  const identity = await findProcess(file.pid);
  if (identity === undefined) return undefined;
  const commandLine = await findCommandLine(file.pid);
  return commandLine?.includes(`-D ${dataDirectory} `) ? { identity, file } : undefined;
}

/**
 * PostgreSQL refuses to start while the pid in a stale file belongs to anyone. The file is not removed but given a
 * pid that nobody has, since its shared memory key still guards against backends that outlived their server.
 */
export async function disarmStalePostmasterFile(dataDirectory: string): Promise<void> {
  const file = await findPostmasterFile(dataDirectory);
  if (file === undefined) return;
  // Root writes here into a directory of the unprivileged account: never through a symbolic link.
  const flag = constants.O_WRONLY | constants.O_NOFOLLOW;
  await writeFile(file.path, [IMPOSSIBLE_PID, ...file.lines.slice(1)].join("\n"), { flag });
}

export async function stopServerProcess(identity: ProcessIdentity): Promise<void> {
  for (const { signal, waitMs } of ESCALATION) {
    if (!(await isRunning(identity))) return;
    send(identity.pid, signal);
    // A suspended server would not see the signal.
    send(identity.pid, "SIGCONT");
    if (await waitForExit(identity, waitMs)) return;
  }
  throw new EmbeddedPostgresError("stop_failed", {
    problem: `PostgreSQL (process ${identity.pid}) does not end.`,
    remedy: "It probably waits for its disk; check that and the system's log.",
    pid: identity.pid,
  });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    kill(pid, signal);
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
