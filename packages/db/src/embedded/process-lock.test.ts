import { spawn } from "node:child_process";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { kill, pid } from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { createTestDataDir } from "../testing/index.ts";
import { acquireProcessLock } from "./process-lock.ts";
import { findProcess } from "./process-identity.ts";

describe("acquireProcessLock", { timeout: 60_000 }, () => {
  test("refuses beside a healthy holder within a second, naming its pid and what to do", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await using _held = await acquireProcessLock(path);
    const startedAt = performance.now();

    const second = acquireProcessLock(path);

    await expect(second).rejects.toMatchObject({ code: "already_running", pid });
    await expect(second).rejects.toThrow(`kill ${pid}`);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("is free again after release, and leaves no file behind", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    const first = await acquireProcessLock(path);

    await first.markDraining();
    await first.release();
    await first.release();

    expect(await readdir(dir.dataDir)).toEqual([]);
    await using second = await acquireProcessLock(path);
    expect(second.path).toBe(path);
  });

  test("takes over from a process that was killed, though its parent never reaps the zombie", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await using parent = spawnParentOfHolder();
    const holderPid = Number(await parent.readLine());
    await writeFile(path, JSON.stringify(await toHolder(holderPid)));
    await expect(acquireProcessLock(path)).rejects.toMatchObject({ pid: holderPid });

    kill(holderPid, "SIGKILL");

    await using lock = await acquireProcessLock(path);
    expect(await readHolderPid(lock.path)).toBe(pid);
  });

  test.each([
    ["a pid that a later process was given", { startedAt: "1" }],
    ["a process from before the last boot", { bootId: "another boot" }],
  ])("is not fooled by %s", async (_name, change) => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await writeFile(path, JSON.stringify({ ...(await toHolder(pid)), ...change, nonce: "theirs" }));

    await using lock = await acquireProcessLock(path);

    expect(await readFile(lock.path, "utf8")).not.toContain("theirs");
  });

  test("takes over an old lock file that a power loss emptied", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await writeFile(path, "");
    await utimes(path, 1, 1);

    await using lock = await acquireProcessLock(path);

    expect(await readHolderPid(lock.path)).toBe(pid);
  });

  test("gives an abandoned lock to exactly one of many starters", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await writeFile(path, JSON.stringify({ ...(await toHolder(pid)), bootId: "another boot" }));

    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireProcessLock(path)));

    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  test("waits for a draining holder, saying so in one line", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    const first = await acquireProcessLock(path);
    await first.markDraining();
    const lines: string[] = [];

    const second = acquireProcessLock(path, { log: (line) => lines.push(line) });
    await delay(500);
    expect(await readHolderPid(path)).toBe(pid);
    await first.release();

    await using lock = await second;
    expect(await readFile(lock.path, "utf8")).toContain("running");
    expect(lines).toEqual([`Waiting for process ${pid}, which is shutting down.`]);
  });

  test("stops waiting for a draining holder when the caller gives up", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await using first = await acquireProcessLock(path);
    await first.markDraining();
    const giveUp = new AbortController();

    const second = acquireProcessLock(path, { signal: giveUp.signal, log: () => giveUp.abort() });

    await expect(second).rejects.toThrow("abort");
  });

  test("refuses when a draining holder never ends", async () => {
    await using dir = await createTestDataDir();
    const path = join(dir.dataDir, "process.lock");
    await using first = await acquireProcessLock(path);
    await first.markDraining();

    // 4 s is the margin that is added to the drain time.
    const second = acquireProcessLock(path, { drainTimeoutMs: -3_800 });

    await expect(second).rejects.toThrow(`Process ${pid} is still shutting down`);
  });
});

/** Prints the pid of its child, which it never looks after. */
function spawnParentOfHolder(): AsyncDisposable & { readLine(): Promise<string> } {
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], { detached: true });
  return {
    readLine: async () => String((await once(parent.stdout, "data"))[0]),
    [Symbol.asyncDispose]: async () => {
      if (parent.pid !== undefined) kill(-parent.pid, "SIGKILL");
      await once(parent, "exit");
    },
  };
}

async function toHolder(holderPid: number): Promise<object> {
  return { ...(await findProcess(holderPid)), nonce: "nonce", state: "running" };
}

async function readHolderPid(path: string): Promise<unknown> {
  const holder: unknown = JSON.parse(await readFile(path, "utf8"));
  return typeof holder === "object" && holder !== null && "pid" in holder ? holder.pid : undefined;
}
