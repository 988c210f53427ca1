import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pid } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { findProcess, isRunning, type ProcessIdentity } from "./process-identity.ts";

/** A holder whose stop signal came a moment before our start has not marked itself as draining yet. */
const HEALTHY_PATIENCE_MS = 300;
/** Added to the drain time: closing pools and PostgreSQL comes after it. */
const DRAIN_MARGIN_MS = 4_000;
/** A lock without readable content is a crash between creation and writing, once it is this old. */
const UNREADABLE_AFTER_MS = 5_000;
const POLL_MS = 50;

const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  bootId: z.string(),
  nonce: z.string(),
  state: z.enum(["running", "draining"]),
});
type Holder = z.infer<typeof holderSchema>;

export interface ProcessLockOptions {
  /** How long a predecessor that is draining is waited for, plus a margin of 4 s for its shutdown. Default 8,000. */
  readonly drainTimeoutMs?: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface ProcessLock extends AsyncDisposable {
  readonly path: string;
  /** Tells a starting successor to wait for us instead of giving up. */
  markDraining(): Promise<void>;
  /** Idempotent. */
  release(): Promise<void>;
}

/**
 * Takes the lock file at `path` for this process, or waits for a draining holder, or takes over from a dead one.
 *
 * Processes that share the file must share the machine and its pid namespace: a holder in another container looks dead.
 *
 * @throws EmbeddedPostgresError `already_running`, naming the pid, within a second when the holder is healthy.
 */
export async function acquireProcessLock(
  path: string,
  options: ProcessLockOptions = {},
): Promise<ProcessLock> {
  const self: Holder = { ...(await identifySelf()), nonce: randomUUID(), state: "running" };
  const drainMs = (options.drainTimeoutMs ?? 8_000) + DRAIN_MARGIN_MS;
  let watched = { key: "", sinceMs: performance.now() };

  while (!(await tryCreate(path, self))) {
    options.signal?.throwIfAborted();
    const holder = await findHolder(path);
    if (holder === "abandoned") {
      await removeAbandoned(path, options);
      continue;
    }
    if (holder === "unknown") continue;

    const key = `${holder.nonce} ${holder.state}`;
    if (watched.key !== key) {
      watched = { key, sinceMs: performance.now() };
      if (holder.state === "draining")
        options.log?.(`Waiting for process ${holder.pid}, which is shutting down.`);
    }
    const patienceMs = holder.state === "draining" ? drainMs : HEALTHY_PATIENCE_MS;
    if (performance.now() - watched.sinceMs > patienceMs) throw alreadyRunning(path, holder);
    await delay(POLL_MS, undefined, { ...(options.signal && { signal: options.signal }) });
  }
  return createLock(path, self);
}

async function identifySelf(): Promise<ProcessIdentity> {
  const self = await findProcess(pid);
  if (self !== undefined) return self;
  throw new EmbeddedPostgresError("start_failed", {
    problem: "This system does not say which processes run (no /proc, and no ps).",
    remedy: "Make one of them available, or set DATABASE_URL to a PostgreSQL server.",
  });
}

async function tryCreate(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (hasErrorCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function findHolder(path: string): Promise<Holder | "abandoned" | "unknown"> {
  const file = await readLock(path);
  if (file === undefined) return "unknown";
  if (file.holder !== undefined) return (await isRunning(file.holder)) ? file.holder : "abandoned";
  if (file.ageMs > UNREADABLE_AFTER_MS) return "abandoned";
  await delay(POLL_MS);
  return "unknown";
}

async function readLock(path: string): Promise<{ holder: Holder | undefined; ageMs: number } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    return { holder: parseHolder(text), ageMs: Date.now() - mtimeMs };
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Check and removal must be one step, else a second starter removes the lock that the first has just taken.
 * So an abandoned lock is removed only under a lock of its own, taken over in the same way should its holder die.
 */
async function removeAbandoned(path: string, options: ProcessLockOptions): Promise<void> {
  await using guard = await acquireProcessLock(`${path}.takeover`, {
    ...options,
    drainTimeoutMs: 0,
  }).catch(ignoreBusyGuard);
  if (guard !== undefined && (await findHolder(path)) === "abandoned") await rm(path, { force: true });
}

/** Somebody else has held the guard for a while: look again at the lock itself, which may be theirs by now. */
function ignoreBusyGuard(error: unknown): undefined {
  if (error instanceof EmbeddedPostgresError) return undefined;
  throw error;
}

function alreadyRunning(path: string, holder: Holder): EmbeddedPostgresError {
  const state = holder.state === "draining" ? "is still shutting down" : "is already running";
  return new EmbeddedPostgresError("already_running", {
    problem: `Process ${holder.pid} ${state} on ${dirname(path)}.`,
    remedy: `Stop it first (kill ${holder.pid}), or give this one a data directory of its own (CORRAL_DATA_DIR).`,
    pid: holder.pid,
  });
}

function createLock(path: string, self: Holder): ProcessLock {
  const isOurs = async (): Promise<boolean> => (await readLock(path))?.holder?.nonce === self.nonce;

  const release = async (): Promise<void> => {
    if (await isOurs()) await rm(path, { force: true });
  };
  const markDraining = async (): Promise<void> => {
    if (!(await isOurs())) return;
    const next = `${path}.${self.nonce}`;
    await writeFile(next, JSON.stringify({ ...self, state: "draining" }), { mode: 0o600 });
    await rename(next, path);
  };
  return { path, markDraining, release, [Symbol.asyncDispose]: release };
}

function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
