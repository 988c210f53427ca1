import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { median } from "../compare.ts";
import type { Bar } from "./bar.ts";

const repository = join(import.meta.dirname, "../../../..");
const readyMs = 60_000;
const restMs = 10_000;
const startsMax = 5;

/** Bar 11: from the spawn of the server to its first `/ready`, and its memory when nobody asks anything. */
export const startAndRest: Bar = async function* (_, { rounds }) {
  const dataDir = await mkdtemp(join(tmpdir(), "corral-bench-"));
  const times: number[] = [];
  const sizes: number[] = [];
  try {
    const first = await startServer(dataDir);
    await first.stop();
    for (let start = 0; start < Math.min(rounds, startsMax); start += 1) {
      const server = await startServer(dataDir);
      times.push(server.readyMs / 1_000);
      await pause(restMs);
      sizes.push(await readResidentMb(server.pid));
      await server.stop();
    }
    const details = (values: readonly number[], digits: number) =>
      values.map((value) => value.toFixed(digits)).join(", ");
    yield {
      bar: 11,
      what: "spawn to the first /ready, database initialized",
      value: median(times),
      unit: "s",
      goal: 3,
      details: `${details(times, 2)}; the very first start ${(first.readyMs / 1_000).toFixed(2)} s`,
    };
    yield {
      bar: 11,
      what: "memory at rest, empty catalog, without PostgreSQL",
      value: median(sizes),
      unit: "MB",
      goal: 220,
      details: details(sizes, 0),
    };
  } finally {
    await removeData(dataDir);
  }
};

type Started = { readonly pid: number; readonly readyMs: number; readonly stop: () => Promise<void> };

/** As `pnpm start` spawns it, with nothing of the bench inside. */
async function startServer(dataDir: string): Promise<Started> {
  const port = await findFreePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      "--disable-proto=delete",
      "--max-semi-space-size=16",
      "--heap-growing-percent=60",
      join(repository, "apps/server/src/main.ts"),
    ],
    {
      stdio: "ignore",
      env: {
        PATH: process.env["PATH"],
        UV_THREADPOOL_SIZE: "8",
        CORRAL_PORT: String(port),
        CORRAL_DATA_DIR: dataDir,
        CORRAL_DRAIN_MS: "500",
      },
    },
  );
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill("SIGTERM");
    await closed;
  };
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null)
        throw new Error(`The server ended with ${child.exitCode} instead of starting.`);
      if (performance.now() - started > readyMs) throw new Error("The server did not get ready.");
      await pause(5);
    }
    return { pid: child.pid ?? 0, readyMs: performance.now() - started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).status === 200;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address === "object" && address !== null) return address.port;
  throw new Error("There is no free port.");
}

/** Linux only: what `ps` calls RSS. */
async function readResidentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]);
  return (kibibytes * 1_024) / 1_000_000;
}

const instanceSchema = z.object({ instanceId: z.string().regex(/^[0-9a-f]{16}$/u) });

/** As root the embedded database lies where an unprivileged account can reach it, under a name kept in the data directory. */
async function removeData(dataDir: string): Promise<void> {
  const instance = await readFile(join(dataDir, "instance.json"), "utf8").catch(() => undefined);
  if (instance !== undefined) {
    const { instanceId } = instanceSchema.parse(JSON.parse(instance));
    await rm(join("/var/lib/corral", instanceId), { recursive: true, force: true });
  }
  await rm(dataDir, { recursive: true, force: true });
}
