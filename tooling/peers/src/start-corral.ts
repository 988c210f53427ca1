import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

import { startProcess } from "./start-process.ts";

/** A server process of its own, as `pnpm start` starts it, on an empty data directory and a free port. */
export type Corral = AsyncDisposable & {
  readonly url: string;
  /** Makes the first administrator. */
  readonly setupCode: string;
};

const repository = join(import.meta.dirname, "../../..");

export async function startCorral(): Promise<Corral> {
  const dataDir = await mkdtemp(join(tmpdir(), "corral-journey-"));
  try {
    const { ready, stop } = await startProcess({
      program: process.execPath,
      args: [
        "--disable-proto=delete",
        "--max-semi-space-size=16",
        "--heap-growing-percent=60",
        "apps/server/src/main.ts",
      ],
      cwd: repository,
      env: { CORRAL_PORT: "0", CORRAL_DATA_DIR: dataDir, CORRAL_DRAIN_MS: "1000", UV_THREADPOOL_SIZE: "8" },
      // The link to the set-up, printed until there is an administrator.
      ready: /(http:\S+)\/setup#code=(\S+)/,
    });
    const [, url = "", setupCode = ""] = ready;
    const dispose = async (): Promise<void> => {
      await stop();
      await removeData(dataDir);
    };
    return { url, setupCode, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await removeData(dataDir);
    throw error;
  }
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
