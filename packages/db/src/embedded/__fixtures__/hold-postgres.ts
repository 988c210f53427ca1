// Does with the embedded PostgreSQL what the server does, in a process that tests can kill.
import { join } from "node:path";
import { argv, on, stdout } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { acquireProcessLock, startEmbeddedPostgres } from "../index.ts";

const [dataDir = "", drainMs = "0"] = argv.slice(2);
const lock = await acquireProcessLock(join(dataDir, "process.lock"));
const postgres = await startEmbeddedPostgres({ dataDir, lock });

on("SIGINT", () => stdout.write("interrupted\n"));
on("SIGTERM", () => void shutDown());
stdout.write(`${JSON.stringify({ url: postgres.url, pid: postgres.pid })}\n`);
const keepAlive = setInterval(() => undefined, 60_000);

async function shutDown(): Promise<void> {
  await lock.markDraining();
  stdout.write("draining\n");
  await delay(Number(drainMs));
  await postgres.stop();
  await lock.release();
  clearInterval(keepAlive);
}
