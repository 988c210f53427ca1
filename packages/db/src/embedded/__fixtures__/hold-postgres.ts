// Does with the embedded PostgreSQL what the server does, in a process that tests can kill.
import { join } from "node:path";
import process, { argv, stdin, stdout } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { acquireProcessLock, startEmbeddedPostgres } from "../index.ts";

const [dataDir = "", sharedDirectory = "", drainMs = "0"] = argv.slice(2);
const lock = await acquireProcessLock(join(dataDir, "process.lock"));
const postgres = await startEmbeddedPostgres({ dataDir, sharedDirectory, lock });

process.on("SIGINT", () => stdout.write("interrupted\n"));
process.on("SIGTERM", () => void shutDown());
stdout.write(`${JSON.stringify({ url: postgres.url, pid: postgres.pid })}\n`);
// Keeps us alive, and ends with the test process however that ends.
stdin.on("end", () => process.exit(1)).resume();

async function shutDown(): Promise<void> {
  await lock.markDraining();
  stdout.write("draining\n");
  await delay(Number(drainMs));
  await postgres.stop();
  await lock.release();
  stdin.destroy();
}
